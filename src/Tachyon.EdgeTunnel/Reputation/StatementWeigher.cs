using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Settlement;

namespace Tachyon.EdgeTunnel.Reputation;

/// <summary>
/// Looks the channels of standing statements up on this node's own endpoint: whether they paid anything, without which a statement counts
/// for nothing under <see cref="ReputationPolicies.Weigh"/>, and what they burned. A gateway that admits what cost nobody anything
/// gains nothing by it.
/// </summary>
/// <remarks>
/// Beside everything else, so that a slow endpoint delays neither statements nor traffic. What was found is kept in the journal; each look
/// is a call of the owner's endpoint, so there are few at a time.
/// </remarks>
internal sealed class StatementWeigher(EdgeJournal journal, Task<ISettlementChain> connected, TimeProvider time)
{
    /// <summary>Looks in a round.</summary>
    internal const int AtOnce = 64;

    /// <summary>Between two rounds.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Once all had their turn; those whose channels have not ended are looked at again then, and they may stay open for years.</summary>
    internal static readonly TimeSpan AgainInterval = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private TaskCompletionSource _heard = NewSignal();

    /// <summary>There are statements that have not been looked at.</summary>
    public void Hear()
    {
        lock (_lock)
        {
            _heard.TrySetResult();
        }
    }

    /// <summary>Works until cancelled.</summary>
    /// <exception cref="JournalException">The journal cannot be read or written any more.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        KnownStatement? last = null;
        var settlement = await connected.WaitAsync(cancellationToken);
        while (true)
        {
            var heard = Listen();
            var some = journal.Statements.Unweighed(AtOnce, last);
            try
            {
                foreach (var statement in some)
                {
                    await LookAsync(settlement, statement, cancellationToken);
                    last = statement;
                }
            }
            catch (ChainUnavailableException)
            {
                // From where it stopped, in the next round.
                await Task.Delay(Interval, time, cancellationToken);
                continue;
            }

            await Task.Delay(Interval, time, cancellationToken);
            if (some.Count < AtOnce)
            {
                last = null;
                await PauseAsync(heard, cancellationToken);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task Listen()
    {
        lock (_lock)
        {
            if (_heard.Task.IsCompleted)
            {
                _heard = NewSignal();
            }

            return _heard.Task;
        }
    }

    private async Task PauseAsync(Task heard, CancellationToken cancellationToken)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(heard, Task.Delay(AgainInterval, time, pause.Token));
        await pause.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task LookAsync(ISettlementChain settlement, KnownStatement statement, CancellationToken cancellationToken)
    {
        var terms = statement.Published.Terms;
        var view = await settlement.GetChannelAsync(statement.Published.Signed.Statement.ChannelId, ReadAt.Final, cancellationToken);
        var hasPaid = !terms.Price(view.PaidBytes).IsZero;

        // A dispute burns of the consumer's deposit: what a provider that overstates burns of the other side's gives its word no weight.
        // Nothing paid may be something that is not final here yet: until there is, or the channel has ended, it is looked at again.
        var hasEnded = view.Status == ChannelStatus.Settled;
        TokenAmount? burned = statement.Issuer != terms.Consumer ? (hasPaid || hasEnded ? TokenAmount.Zero : null)
            : !hasEnded ? null
            : view.PaidBytes != view.ConsumerBytes ? TokenAmount.Zero // Settled above the consumer's units it was by a closure of both, which burns nothing.
            : SettlementRules.Settle(terms, view.CapacityBytes, view.ConsumerBytes, view.ProviderBytes, view.PaidBytes).Burned;
        if (hasPaid != statement.HasPaid || burned is not null)
        {
            await journal.Statements.SaveWeightAsync(statement, hasPaid, burned);
        }
    }
}
