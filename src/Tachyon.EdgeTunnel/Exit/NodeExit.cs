using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>A provider's exit: one policy and resolver, limits of its own for each session.</summary>
internal sealed class NodeExit(EgressPolicy policy, IExitResolver resolver, ExitOptions options, ExitLimits limits, TimeProvider time) : IExit
{
    public IExitSession OpenSession() => new SessionExit(policy, resolver, options, limits, time);
}
