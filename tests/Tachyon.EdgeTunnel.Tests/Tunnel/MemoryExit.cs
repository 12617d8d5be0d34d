using System.Threading.Channels;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>An exit whose targets are in memory.</summary>
internal sealed class MemoryExit : IExitConnector
{
    private readonly Channel<MemoryEndpoint> _connected = Channel.CreateUnbounded<MemoryEndpoint>();

    /// <summary>What every attempt ends with.</summary>
    public OpenOutcome Outcome { get; set; } = OpenOutcome.Connected;

    /// <summary>When set, attempts wait for it.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    public async ValueTask<ExitConnection> ConnectAsync(TargetAddress target, CancellationToken cancellationToken)
    {
        await Ready.WaitAsync(cancellationToken);
        if (Outcome != OpenOutcome.Connected)
        {
            return ExitConnection.Failed(Outcome);
        }

        var endpoint = new MemoryEndpoint();
        _connected.Writer.TryWrite(endpoint);
        return new ExitConnection(OpenOutcome.Connected, endpoint);
    }

    public ExitConnection OpenUdp()
    {
        if (Outcome != OpenOutcome.Connected)
        {
            return ExitConnection.Failed(Outcome);
        }

        var endpoint = new MemoryEndpoint();
        _connected.Writer.TryWrite(endpoint);
        return new ExitConnection(OpenOutcome.Connected, endpoint);
    }

    public async Task<MemoryEndpoint> NextAsync() => await _connected.Reader.ReadAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
}

internal static class TestTargets
{
    public static TargetAddress Any { get; } = Create("example.org", 80);

    public static TargetAddress Create(string host, int port)
    {
        Assert.True(TargetAddress.TryCreate(host, port, out var target));
        return target;
    }
}
