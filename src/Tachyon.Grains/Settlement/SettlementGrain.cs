using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tachyon.Chain;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Settlement;

/// <inheritdoc cref="ISettlementGrain" />
/// <remarks>
/// <para>One round at a time, run by the timer, talks to the chain; calls interleave with it, and only ever append to
/// the record, so that the round may replace the entries it works on after an await.</para>
/// <para>A nonce and the transaction that uses it are written together before the transaction is sent, and the etag
/// lets only one activation write. So whatever was sent is known here, and sending it again is sending the same bytes:
/// every operation has at most one effect, and exactly one unless it is refused.</para>
/// </remarks>
internal sealed partial class SettlementGrain : Grain, ISettlementGrain
{
    private const int MaxOperationIdLength = 200;

    /// <summary>
    /// The most open operations of one kind on one channel. At most one of them can do anything; a party that asks again
    /// and again, each time with another validUntil, must not fill the outbox that others need.
    /// </summary>
    private const int MaxOpenOfKind = 4;

    private readonly IPersistentState<OutboxRecord> _storage;
    private readonly ISettlementChain _chain;
    private readonly IAccountSigner _account;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly ILogger<SettlementGrain> _logger;
    private DurableRecord<OutboxRecord> _record = null!;
    private IGrainTimer _timer = null!;
    private string? _lastError;

    // What the present round could not do though nothing broke, for people to read.
    private string? _complaint;

    /// <summary>Made by the runtime.</summary>
    public SettlementGrain(
        IGrainContext context,
        [PersistentState("outbox", GrainsOptions.StorageName)] IPersistentState<OutboxRecord> storage,
        ISettlementChain chain,
        IAccountSigner account,
        IOptions<GrainsOptions> options,
        GrainClock clock,
        ILogger<SettlementGrain> logger)
    {
        Address asked = Address.Parse(context.GrainId.Key.ToString()!);
        if (asked != account.Address)
        {
            throw new InvalidOperationException($"This silo signs for {account.Address}, not for {asked}.");
        }

        _storage = storage;
        _chain = chain;
        _account = account;
        _options = options.Value;
        _clock = clock;
        _logger = logger;
    }

    private ulong NowMs => _clock.NowMs;

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new DurableRecord<OutboxRecord>(_storage, DeactivateOnIdle);
        _timer = this.RegisterGrainTimer(
            Round,
            new GrainTimerCreationOptions(TimeSpan.Zero, _options.OutboxPollInterval) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _record.DrainAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<EnqueueResult> Enqueue(SettlementIntent intent)
    {
        ArgumentException.ThrowIfNullOrEmpty(intent.OperationId);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(intent.OperationId.Length, MaxOperationIdLength, nameof(intent));
        _ = IntentCall.Of(intent);

        OutboxRecord record = _record.Newest;
        if (record.Find(intent.OperationId) is not null)
        {
            await _record.WhenDurableAsync();
        }
        else if (IsFull(record, intent))
        {
            return new EnqueueResult();
        }
        else
        {
            await _record.SaveAsync(record.Append(OutboxEntry.Queued(intent)));
            _timer.Change(TimeSpan.Zero, _options.OutboxPollInterval);
        }

        return new EnqueueResult { Intent = _record.Durable.Find(intent.OperationId)?.View() };
    }

    /// <inheritdoc />
    public Task<IntentView?> Find(string operationId) => Task.FromResult(_record.Durable.Find(operationId)?.View());

    /// <inheritdoc />
    public Task<SettlementView> View()
    {
        OutboxRecord record = _record.Durable;
        return Task.FromResult(new SettlementView
        {
            NextNonce = record.NextNonce,
            Intents = [.. record.Open.Concat(record.Ended.Reverse()).Select(entry => entry.View())],
            LastError = _lastError,
        });
    }

    /// <inheritdoc />
    public Task EnsureRunning() => Task.CompletedTask; // Being active is running.

    private async Task Round(CancellationToken cancellation)
    {
        try
        {
            _complaint = null;
            OutboxChainState chain = await LookAtChain(cancellation);
            await CheckEndedAgain(chain, cancellation);
            await Follow(chain, cancellation);
            await CloseGap(chain);
            await ReplaceStuck(chain, cancellation);
            await SignQueued(chain, cancellation);
            await SendUnsent(cancellation);
            Report(_complaint, cause: null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The activation ends; its successor goes on from the record.
        }
#pragma warning disable CA1031 // Whatever failed, the next round goes on from the record.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Report(fault.Message, fault);
        }
    }

    /// <summary>A challenge is never too many: it has a deadline, and money is lost without it.</summary>
    private bool IsFull(OutboxRecord record, SettlementIntent intent) =>
        (intent.Kind != IntentKind.Challenge && record.Open.Length >= _options.OutboxMaxQueued)
        || record.Open.Count(entry => entry.Intent.ChannelId == intent.ChannelId && entry.Intent.Kind == intent.Kind) >= MaxOpenOfKind;

    /// <summary>Makes newer versions of entries durable, then tells their channels.</summary>
    private async Task Save(List<OutboxEntry> changed, ulong? nextNonce = null)
    {
        if (changed.Count == 0)
        {
            return;
        }

        OutboxRecord record = _record.Newest.With(changed);
        await _record.SaveAsync(nextNonce is null ? record : record with { NextNonce = nextNonce });
        foreach (OutboxEntry entry in changed)
        {
            // One way: the channel may be waiting for this outbox, and what it misses it finds when it asks again.
            await GrainFactory.Channel(entry.Intent.ChannelId).IntentChanged(entry.View());
        }
    }

    private void Report(string? error, Exception? cause)
    {
        if (error is not null && error != _lastError)
        {
            LogRoundFailed(_logger, error, cause);
        }
        else if (error is null && _lastError is not null)
        {
            LogRecovered(_logger, _lastError);
        }

        _lastError = error;
    }
}
