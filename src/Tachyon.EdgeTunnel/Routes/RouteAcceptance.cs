using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>Whose routes a provider takes as their exit.</summary>
/// <param name="AnyRegistered">Whether of every proxy that the chain shows registered.</param>
/// <param name="Proxies">The proxies otherwise.</param>
internal sealed record RouteAcceptance(bool AnyRegistered, IReadOnlySet<Address> Proxies)
{
    /// <summary>None.</summary>
    public static RouteAcceptance None { get; } = new(false, new HashSet<Address>());

    /// <summary>Whether routes of this proxy are taken, as far as this node's owner is concerned.</summary>
    public bool Allows(Address proxy) => AnyRegistered || Proxies.Contains(proxy);
}
