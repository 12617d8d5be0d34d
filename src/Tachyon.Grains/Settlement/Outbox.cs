using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.Grains.Hosting;

namespace Tachyon.Grains.Settlement;

/// <summary>
/// Carries operations out on chain, each with exactly one effect: takes them in, signs, sends, replaces what is stuck, and
/// follows each until its block is final.
/// </summary>
/// <remarks>
/// <para>What is durable, and when, is the ledger's part (see there). This part reads the chain and decides; one round at a
/// time, while calls only add operations. Whatever breaks, the next round goes on from the ledger.</para>
/// <para>That an operation has at most one effect even if it is signed again with another nonce, after its first was given
/// up, is the contract's doing: it does nothing twice.</para>
/// <para>Nothing waits for a transaction. Used on the activation's scheduler only.</para>
/// </remarks>
internal sealed partial class Outbox
{
    /// <summary>
    /// The most operations of one kind on one channel that are in no block yet. At most one of them can do anything; a party that asks again
    /// and again, each time with another validUntil, must not fill the outbox that others need.
    /// </summary>
    private const int MaxOpenOfKind = 4;

    private readonly ISettlementChain _chain;
    private readonly IAccountSigner _account;
    private readonly GrainsOptions _options;
    private readonly GrainClock _clock;
    private readonly OutboxLedger _ledger;
    private readonly Func<OutboxEntry, Task> _tell;
    private readonly OutboxStatus _status;
    private bool _isInRound;
    private bool _isAskedFor;

    /// <param name="chain">The chain.</param>
    /// <param name="account">Who signs and pays. Nothing else may send from this account.</param>
    /// <param name="options">Limits and pace.</param>
    /// <param name="clock">The time.</param>
    /// <param name="ledger">Loaded.</param>
    /// <param name="tell">Called after each durable change of an operation.</param>
    /// <param name="logger">For what people should know.</param>
    internal Outbox(
        ISettlementChain chain,
        IAccountSigner account,
        GrainsOptions options,
        GrainClock clock,
        OutboxLedger ledger,
        Func<OutboxEntry, Task> tell,
        ILogger logger)
    {
        _chain = chain;
        _account = account;
        _options = options;
        _clock = clock;
        _ledger = ledger;
        _tell = tell;
        _status = new OutboxStatus(logger, account.Address);
    }

    /// <summary>The last fault, of the chain or of its endpoint, or what cannot be done; null when all is well.</summary>
    internal string? LastError => _status.LastError;

    private ulong NowMs => _clock.NowMs;

    private ulong ReplaceAfterMs => (ulong)_options.OutboxReplaceAfter.TotalMilliseconds;

    /// <summary>Takes an operation in and makes it durable. Null when the outbox is full; a known one is answered with its present state.</summary>
    internal async Task<IntentView?> EnqueueAsync(SettlementIntent intent)
    {
        _ = IntentCall.Of(intent);
        while (_ledger.Find(intent.OperationId) is null)
        {
            if (IsFull(intent))
            {
                return null;
            }

            if (_ledger.HasRoom)
            {
                await _ledger.AddAsync(intent, NowMs);
                break;
            }

            // Another call may add this very operation meanwhile, so look again afterwards.
            await _ledger.MakeRoomAsync();
        }

        await _ledger.WhenDurableAsync(intent.OperationId);
        await _ledger.ConfirmOwnAsync();
        return Find(intent.OperationId);
    }

    /// <summary>One operation as it is durable; null when unknown.</summary>
    internal IntentView? Find(string operationId) => _ledger.FindDurable(operationId) is { } entry ? Show(entry) : null;

    /// <summary>The operations that hold up others first, then the queue, then the newest ended ones; each part has a limit.</summary>
    internal SettlementView View()
    {
        OutboxEntry[] inFlight = [.. _ledger.InFlight];
        IEnumerable<OutboxEntry> queued = _ledger.Open.Where(entry => entry.State == IntentState.Queued);
        return new SettlementView
        {
            NextNonce = _ledger.NextNonce,
            Intents = [.. inFlight.Take(SettlementView.MaxOfEach)
                .Concat(queued.Take(SettlementView.MaxOfEach))
                .Concat(_ledger.Ended.Take(SettlementView.MaxOfEach))
                .Select(Show)],
            LastError = LastError,
            Open = _ledger.OpenCount,
            InFlight = inFlight.Length,
            ChainDownSinceMs = _status.ChainDownSinceMs,
        };
    }

    /// <summary>Looks at the chain and does what can be done now. Faults end it, and are kept for <see cref="LastError"/>.</summary>
    /// <remarks>Asked for during a round, it begins when that is over: two at a time would decide on what the other has changed.</remarks>
    internal async Task RoundAsync(CancellationToken cancellation)
    {
        _isAskedFor = true;
        if (_isInRound)
        {
            return;
        }

        _isInRound = true;
        try
        {
            while (_isAskedFor && !cancellation.IsCancellationRequested)
            {
                _isAskedFor = false;
                await OneRoundAsync(cancellation);
            }
        }
        finally
        {
            _isInRound = false;
        }
    }

    private async Task OneRoundAsync(CancellationToken cancellation)
    {
        try
        {
            await _ledger.ConfirmOwnAsync();
            OutboxChainState chain = await LookAtChain(cancellation);
            _status.ChainAnswers();
            await CheckEndedAgain(chain, cancellation);
            await Follow(chain, cancellation);
            await RetryWanted();
            await CloseGap(chain);
            await UseGrants(chain, cancellation);
            await ReplaceStuck(chain, cancellation);
            await SignQueued(chain, cancellation);
            await SendUnsent(chain, cancellation);
            _status.RoundEnded();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The activation ends; its successor goes on from the ledger.
        }
#pragma warning disable CA1031 // Whatever failed, the next round goes on from the ledger.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _status.Failed(fault, NowMs);
        }
    }

    /// <summary>A challenge is never too many: it has a deadline, and money is lost without it.</summary>
    private bool IsFull(SettlementIntent intent) =>
        (intent.Kind != IntentKind.Challenge && _ledger.OpenCount >= _options.OutboxMaxQueued)
        || _ledger.CountUnmined(intent.ChannelId, intent.Kind) >= MaxOpenOfKind;

    /// <summary>Makes newer versions of operations durable, then tells whom they concern.</summary>
    private async Task Save(List<OutboxEntry> changed)
    {
        if (changed.Count > 0)
        {
            await _ledger.SaveAsync(changed);
            foreach (OutboxEntry entry in changed)
            {
                if (entry.State != IntentState.Queued)
                {
                    _status.GoesOn(entry.Id);
                }

                await _tell(entry);
            }
        }
    }

    /// <summary>The operation as it is shown; a part of a batch with the batch's transaction.</summary>
    internal IntentView Show(OutboxEntry entry)
    {
        OutboxEntry sent = entry.State == IntentState.Queued && _ledger.LeaderOf(entry.Id) is { } leader ? leader : entry;
        return new IntentView
        {
            OperationId = entry.Id,
            Kind = entry.Intent.Kind,
            ChannelId = entry.Intent.ChannelId,
            State = sent.State,
            Nonce = sent.Nonce,
            TransactionHash = sent.Receipt?.TransactionHash ?? (sent.Attempts.Length == 0 ? null : sent.Newest.Hash),
            Attempts = sent.Attempts.Length,
            BlockNumber = sent.Receipt?.BlockNumber,
            GasUsed = sent.Receipt?.GasUsed,
            GasPriceWei = sent.Receipt?.GasPriceWei,
            Refusal = entry.Refusal,
            DeclineReason = entry.Intent.DeclineReason,
            EnqueuedAtMs = entry.EnqueuedAtMs,
            SignedAtMs = sent.Attempts.Length == 0 ? null : sent.Newest.SignedAtMs,
            EndedAtMs = entry.EndedAtMs == 0 ? null : entry.EndedAtMs,
            MaxFeePerGasWei = sent.Attempts.Length == 0 ? null : sent.Newest.MaxFeePerGasWei,
            MaxPriorityFeePerGasWei = sent.Attempts.Length == 0 ? null : sent.Newest.MaxPriorityFeePerGasWei,
            GasLimit = sent.Attempts.Length == 0 ? null : sent.Newest.GasLimit,
            BatchSize = sent.Members.Length + 1,
            Waits = entry.HasEnded ? null : _status.WaitOf(entry.Id) ?? _status.WaitOf(sent.Id),
        };
    }
}
