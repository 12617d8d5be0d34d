using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Matching;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Health;

/// <summary>
/// Looks now and then whether chain and storage work, says so when that changes, and keeps the epoch seeds that matching
/// needs. The silo runs on whatever it finds.
/// </summary>
internal sealed partial class SiloMonitor(
    ISettlementChain chain, IGrainFactory grains, StorageProbe storage, DurabilityWatch durability, ChainSettings settings, TimeProvider time, ILogger<SiloMonitor> logger)
    : BackgroundService
{
    private volatile SiloHealth _health = SiloHealth.Unknown;
    private volatile bool _isStopping;
    private volatile EpochSeeds _epochSeeds = EpochSeeds.None;

    /// <summary>What it found last.</summary>
    public SiloHealth Health => _isStopping ? _health with { IsStopping = true } : _health;

    /// <summary>The epoch seeds in force.</summary>
    public EpochSeeds EpochSeeds => _epochSeeds;

    /// <summary>From now on the silo is not ready, whatever is found.</summary>
    public void AnnounceStop() => _isStopping = true;

    /// <summary>Looks now.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var before = _health;
        var final = before.FinalBlock;
        string? chainFault = null;
        try
        {
            final = await chain.GetBlockAsync(ReadAt.Final, cancellationToken);
            await UpdateSeedsAsync(final, cancellationToken);
            chainFault = await FeedFaultAsync();
        }
        catch (ChainUnavailableException exception)
        {
            chainFault = exception.Message;
        }

        var storageFault = await ProbeStorageAsync() ?? await durability.FaultAsync();
        _health = new SiloHealth(chainFault, final, storageFault, time.GetUtcNow());
        Report(before, _health);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await storage.ClearAsync();
        }
#pragma warning disable CA1031 // The silo stops all the same; the record is a few bytes.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogStorageFailed(exception.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.CheckPeriod, time);
        try
        {
            do
            {
                await CheckAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    /// <summary>Why the chain that answers cannot be followed; null when it can, or when the feed cannot be asked just now.</summary>
    private async Task<string?> FeedFaultAsync()
    {
        try
        {
            return (await grains.ChainFeed(chain.Deployment.PaymentChannels).Status()).Halted;
        }
#pragma warning disable CA1031 // The silo may be starting or stopping; the storage's own check tells what else may be wrong.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private async Task<string?> ProbeStorageAsync()
    {
        try
        {
            await storage.WriteAsync(time.GetUtcNow());
            return null;
        }
#pragma warning disable CA1031 // Whatever the storage throws, the answer is that it cannot be written.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.Message;
        }
    }

    private async Task UpdateSeedsAsync(ChainBlock final, CancellationToken cancellationToken)
    {
        var number = EpochSeeds.EpochBlockOf(final.Number);
        if (number == 0 || _epochSeeds.Current?.BlockNumber == number)
        {
            return;
        }

        if (await chain.FindBlockAsync(number, cancellationToken) is { } block)
        {
            _epochSeeds = _epochSeeds.Advance(new EpochSeed(number, block.Hash), (ulong)time.GetUtcNow().ToUnixTimeMilliseconds());
        }
    }

    private void Report(SiloHealth before, SiloHealth now)
    {
        var first = before.CheckedAt is null;
        if (now.ChainFault is { } chainFault && (first || before.ChainFault is null))
        {
            LogChainDown(chainFault);
        }
        else if (now.ChainFault is null && (first || before.ChainFault is not null))
        {
            LogChainUp(chain.Deployment.ChainId, now.FinalBlock!.Number);
        }

        if (now.StorageFault is { } storageFault && (first || before.StorageFault is null))
        {
            LogStorageFailed(storageFault);
        }
        else if (now.StorageFault is null && !first && before.StorageFault is not null)
        {
            LogStorageWorks();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The chain cannot be used; the silo runs on and keeps trying. {Reason}")]
    private partial void LogChainDown(string reason);

    [LoggerMessage(2, LogLevel.Information, "Chain {ChainId} answers; the newest final block is {Block}")]
    private partial void LogChainUp(ulong chainId, ulong block);

    [LoggerMessage(3, LogLevel.Error, "State cannot be stored: {Reason}")]
    private partial void LogStorageFailed(string reason);

    [LoggerMessage(4, LogLevel.Information, "State can be stored again")]
    private partial void LogStorageWorks();
}
