using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A consumer's and a provider's session over a pipe in memory, with engines that only count.</summary>
internal sealed class SessionPair : IAsyncDisposable
{
    public SessionPair(TunnelOptions? options = null, TimeProvider? time = null)
    {
        var services = new SessionServices(options ?? new TunnelOptions(), time ?? TimeProvider.System);
        var (a, b) = DuplexPipe.CreatePair();
        Consumer = new TunnelSession(
            new StreamFrameTransport(a), SessionRole.Consumer, ConsumerEngine, null, services, NullLogger.Instance);
        Provider = new TunnelSession(
            new StreamFrameTransport(b), SessionRole.Provider, ProviderEngine, Exit, services, NullLogger.Instance);
        Consumer.Start();
        Provider.Start();
    }

    public CountingEngine ConsumerEngine { get; } = new();

    public CountingEngine ProviderEngine { get; } = new();

    public MemoryExit Exit { get; } = new();

    public TunnelSession Consumer { get; }

    public TunnelSession Provider { get; }

    /// <summary>Opens a stream; gives both its local ends.</summary>
    public async Task<(TunnelStream Stream, MemoryEndpoint Client, MemoryEndpoint Target)> OpenAsync()
    {
        var opening = await Consumer.OpenAsync(TestTargets.Any, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(OpenOutcome.Connected, opening.Outcome);
        var client = new MemoryEndpoint();
        opening.Stream!.Attach(client);
        return (opening.Stream, client, await Exit.NextAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Consumer.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
