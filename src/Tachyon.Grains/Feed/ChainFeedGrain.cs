using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tachyon.Chain;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Feed;

/// <inheritdoc cref="IChainFeedGrain" />
/// <remarks>
/// <para>At least once: the cursor moves only after every channel concerned has answered, and applying an event twice
/// is applying it once. A duplicate activation can repeat deliveries but not move the cursor, which the etag fences.</para>
/// <para>The timer's callback is the only thing that reads the chain or writes the record; calls interleave with it
/// and merely look.</para>
/// </remarks>
internal sealed partial class ChainFeedGrain : Grain, IChainFeedGrain
{
    /// <summary>Calls to look now, however many, cause at most one look in so long: anyone can cause them.</summary>
    private static readonly TimeSpan WakeDelay = FeedWaker.Period;

    /// <summary>
    /// The most such looks between two that come by themselves. Each costs requests to the endpoint, which operators pay for.
    /// </summary>
    private const int MaxWokenLooks = 4;

    /// <summary>The most channels that may wait for what they missed before the feed stops: then it is not the channels that fail.</summary>
    private const int MaxParked = 1_000;

    /// <summary>The most of them shown.</summary>
    private const int MaxShown = 32;

    private readonly IPersistentState<FeedRecord> _storage;
    private readonly ISettlementChain _chain;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly ILogger<ChainFeedGrain> _logger;
    private DurableRecord<FeedRecord> _record = null!;
    private IGrainTimer _timer = null!;
    private ulong _finalBlock;
    private ulong _answeredAtMs;
    private int _reorganisations;
    private string? _lastError;
    private ulong? _downSinceMs;
    private string? _halted;
    private string? _behind;
    private bool _woken;
    private int _wokenLooks;

    /// <summary>Made by the runtime.</summary>
    public ChainFeedGrain(
        [PersistentState("feed", GrainsOptions.StorageName)] IPersistentState<FeedRecord> storage,
        ISettlementChain chain,
        IOptions<GrainsOptions> options,
        GrainClock clock,
        ILogger<ChainFeedGrain> logger)
    {
        _storage = storage;
        _chain = chain;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
    }

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new DurableRecord<FeedRecord>(_storage, DeactivateOnIdle);
        _timer = this.RegisterGrainTimer(
            Poll,
            new GrainTimerCreationOptions(TimeSpan.Zero, _options.FeedPollInterval) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public Task EnsureRunning() => Task.CompletedTask; // Being active is running.

    /// <inheritdoc />
    public Task Wake()
    {
        if (!_woken && _wokenLooks < MaxWokenLooks && _options.FeedPollInterval > WakeDelay)
        {
            _woken = true;
            _timer.Change(WakeDelay, _options.FeedPollInterval);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<ChainFeedStatus> Status() => Task.FromResult(new ChainFeedStatus
    {
        CursorBlock = _record.Durable.Cursor?.BlockNumber ?? 0,
        FinalBlock = _finalBlock,
        AnsweredAtMs = _answeredAtMs,
        Reorganisations = _reorganisations,
        LastError = _halted ?? _lastError ?? _behind,
        Halted = _halted,
        ChainDownSinceMs = _downSinceMs,
        ParkedCount = _record.Durable.Parked.Length,
        Parked = [.. _record.Durable.Parked.Take(MaxShown).Select(parked => new ParkedChannelView
        {
            ChannelId = parked.ChannelId,
            SinceMs = parked.SinceMs,
            Attempts = parked.Attempts,
            NextTryMs = parked.NextTryMs,
            Error = parked.Error,
        })],
    });

    private async Task Poll(CancellationToken cancellation)
    {
        _wokenLooks = _woken ? _wokenLooks + 1 : 0;
        _woken = false;
        try
        {
            ChainBlock final = await _chain.GetBlockAsync(ReadAt.Final, cancellation);
            _finalBlock = final.Number;
            _answeredAtMs = _clock.NowMs;
            if (!await UndoReorganisation(final, cancellation))
            {
                Recovered();
                return;
            }

            await DeliverRewritten(final.Number, cancellation);
            await RetryParked(cancellation);
            while (!cancellation.IsCancellationRequested && await DeliverNextRange(final, cancellation))
            {
            }

            Recovered();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The activation ends; its successor goes on from the cursor.
        }
#pragma warning disable CA1031 // Whatever failed, the next poll tries again from the cursor.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Failed(fault);
        }
    }

    private void Recovered()
    {
        if (_lastError is not null)
        {
            LogRecovered(_logger, _lastError);
        }

        _lastError = null;
        _downSinceMs = null;
    }

    private void Failed(Exception fault)
    {
        if (fault is ChainUnavailableException)
        {
            // One line when it goes and one when it is back, however the endpoint words it in between.
            if (_downSinceMs is null)
            {
                LogChainDown(_logger, fault.Message);
            }

            _downSinceMs ??= _clock.NowMs;
        }
        else if (_lastError != fault.Message)
        {
            LogPollFailed(_logger, fault);
        }

        _lastError = fault.Message;
    }
}
