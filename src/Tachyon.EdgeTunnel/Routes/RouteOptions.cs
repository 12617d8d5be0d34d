using Tachyon.Protocol;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>The route that a consumer wants: through its provider, which is the relay, to an exit that a proxy pays.</summary>
/// <param name="Proxy">The proxy, which runs the gateway that is asked.</param>
/// <param name="Exit">The one exit to use; null for the closest that the proxy has.</param>
internal sealed record RouteOptions(Address Proxy, Address? Exit)
{
    /// <summary>
    /// The greatest route step that a proxy may name, in bytes. A lock is signed up to its next step before it ends, used or not: a step
    /// as large as the lock would have it pay the whole deposit.
    /// </summary>
    public ulong MaxStepBytes { get; init; } = ProtocolConstants.DefaultRouteStepBytes;
}
