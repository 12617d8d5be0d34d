using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tachyon.Chain;

namespace Tachyon.Grains.Hosting;

/// <summary>
/// Keeps the grains running that work without being called: the chain feed, the outbox and the deadline shards. Every
/// silo has a keeper, so that whatever silo dies, another brings them back within one period.
/// </summary>
internal sealed partial class GrainKeeper(
    IGrainFactory grains,
    ISettlementChain chain,
    IAccountSigner account,
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
                await KeepAll();
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

    private async Task KeepAll()
    {
        await grains.ChainFeed(chain.Deployment.PaymentChannels).EnsureRunning();
        await grains.Settlement(account.Address).EnsureRunning();
        for (long shard = 0; shard < DeadlineShards.Count; shard++)
        {
            await grains.GetGrain<IDeadlineGrain>(shard).EnsureRunning();
        }
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
