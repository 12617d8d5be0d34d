using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tachyon.Chain;
using Tachyon.Grains.Settlement;

namespace Tachyon.Grains.Hosting;

/// <summary>
/// Keeps the grains running that work without being called: the chain feed and the outbox. Every silo has a keeper, so
/// that whatever silo dies, another brings them back within one period. Deadline shards come back by their reminders.
/// </summary>
internal sealed partial class GrainKeeper(
    IGrainFactory grains,
    IServiceProvider services,
    IOptions<GrainsOptions> options,
    TimeProvider time,
    ILogger<GrainKeeper> logger) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.KeeperPeriod, time);
        do
        {
            try
            {
                await KeepAll(stoppingToken);
            }
#pragma warning disable CA1031 // The silo may be starting or stopping, or another one dying: the next period tries again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogFailed(logger, fault.Message);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private async Task KeepAll(CancellationToken stopping)
    {
        // Asked for only now: a host makes its hosted services before the silo checks that it has all its parts.
        var chain = services.GetRequiredService<ISettlementChain>();
        var account = services.GetRequiredService<IAccountSigner>();
        await grains.ChainFeed(chain.Deployment.PaymentChannels).EnsureRunning();
        await grains.Settlement(account.Address).EnsureRunning();
        await services.GetRequiredService<ClaimWorth>().UpdateAsync(stopping);
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Not all grains could be reached; the keeper tries again: {Error}")]
    private static partial void LogFailed(ILogger logger, string error);
}
