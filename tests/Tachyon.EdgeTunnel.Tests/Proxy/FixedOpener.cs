using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Proxy;

/// <summary>Has no stream for anyone, always for the same reason.</summary>
internal sealed class FixedOpener(OpenOutcome outcome) : IStreamOpener
{
    public Task<StreamOpening> OpenAsync(TargetAddress target, CancellationToken cancellationToken) =>
        Task.FromResult(new StreamOpening(outcome, null));

    public Task<StreamOpening> OpenUdpAsync(CancellationToken cancellationToken) => Task.FromResult(new StreamOpening(outcome, null));
}

/// <summary>Opens streams of one session.</summary>
internal sealed class SessionOpener(TunnelSession session) : IStreamOpener
{
    public Task<StreamOpening> OpenAsync(TargetAddress target, CancellationToken cancellationToken) => session.OpenAsync(target, cancellationToken);

    public Task<StreamOpening> OpenUdpAsync(CancellationToken cancellationToken) => session.OpenUdpAsync(cancellationToken);
}
