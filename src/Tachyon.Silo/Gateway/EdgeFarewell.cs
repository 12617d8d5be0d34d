using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Health;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// The end of a silo, in an order in which nobody loses anything: first it says that it is not ready, so that nobody new is
/// sent here; then it tells the edges, so that they connect elsewhere instead of waiting for a dead connection; and only
/// then the server and the grains stop.
/// </summary>
internal sealed class EdgeFarewell(
    EdgeRegistry registry, SiloMonitor monitor, GatewayOptions options, TimeProvider time, IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    private CancellationTokenRegistration _stopping;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _stopping = lifetime.ApplicationStopping.Register(monitor.AnnounceStop);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        monitor.AnnounceStop();
        await Task.Delay(options.DrainTime, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Before the server stops: it would wait for the connections, which know nothing.
        foreach (var connection in registry.Close())
        {
            connection.End(GatewayErrorCode.Stopping, "the silo is stopping; connect again");
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _stopping.Dispose();
        return Task.CompletedTask;
    }
}
