using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>One connector as the exit of every session.</summary>
internal sealed class SharedExit(IExitConnector connector) : IExit, IExitSession
{
    public IExitSession OpenSession() => this;

    public ValueTask<ExitConnection> ConnectAsync(TargetAddress target, CancellationToken cancellationToken) =>
        connector.ConnectAsync(target, cancellationToken);

    public ExitConnection OpenUdp() => connector.OpenUdp();

    public void Dispose()
    {
        // The connector is the test's.
    }
}
