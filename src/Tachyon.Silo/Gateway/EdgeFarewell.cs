using Tachyon.Protocol.Gateway;

namespace Tachyon.Silo.Gateway;

/// <summary>Tells the edges when the silo stops, so that they connect again instead of waiting for a dead connection.</summary>
internal sealed class EdgeFarewell(EdgeRegistry registry, IHostApplicationLifetime lifetime) : IHostedService
{
    private CancellationTokenRegistration _stopping;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the server stops: it would wait for the connections, which know nothing.
        _stopping = lifetime.ApplicationStopping.Register(() =>
        {
            foreach (var connection in registry.Close())
            {
                connection.End(GatewayErrorCode.Stopping, "the silo is stopping; connect again");
            }
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Dispose();
        return Task.CompletedTask;
    }
}
