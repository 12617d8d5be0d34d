using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Gets the consumer an active channel: one that it has, one that is on its way, or a new one with a matched provider.
/// </summary>
/// <remarks>
/// The terms of a new channel, salt included, are durable before anything is sent. After a crash the same terms are
/// opened again; their id is the same, so the contract takes them once, and the deposit is paid once.
/// </remarks>
internal sealed partial class ChannelOpener(
    ChannelBook book,
    ChannelCloser closer,
    Matchmaker matchmaker,
    ChainWatcher chain,
    GatewayClient gateway,
    AcceptanceDesk acceptances,
    Func<ISettlementChain, ConsumerAccount> accountOf,
    PeerPolicy peers,
    Address self,
    ConnectOptions options,
    NodeProgress progress,
    TimeProvider time,
    ILogger<ChannelOpener> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskWhyAgainAfter = TimeSpan.FromMinutes(1);

    private readonly HashSet<Address> _avoided = [];

    // Intended by this process, and nothing sent for them yet.
    private readonly HashSet<ChannelId> _unsent = [];
    private readonly ConcurrentDictionary<ChannelId, string> _declines = new();
    private long? _askedWhyAt;

    /// <summary>
    /// Returns an active channel that is none of the <paramref name="spent"/>, opening one with none of the
    /// <paramref name="lost"/> providers if need be, however long it takes.
    /// </summary>
    /// <exception cref="NodeException">The chain refuses to open, or the one provider wanted declined.</exception>
    public async Task<ChannelRecord> GetActiveAsync(IReadOnlySet<ChannelId> spent, IReadOnlySet<Address> lost, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        while (true)
        {
            var channel = FindUsable(spent) ?? Pending(lost) ?? await IntendAsync(lost, cancellationToken);
            if (channel.Stage == ChannelStage.Active)
            {
                return channel;
            }

            progress.Set(NodeState.Opening, $"channel {channel.ChannelId} with {channel.Terms.Provider}");
            channel = await OpenAsync(channel, cancellationToken);
            if (channel.Stage == ChannelStage.Active && !closer.IsClosing(channel.ChannelId))
            {
                LogActive(channel.ChannelId, channel.Terms.Provider);
                return channel;
            }

            var why = _declines.TryRemove(channel.ChannelId, out var text) ? $" ({text})" : "";
            LogNotOpened(channel.ChannelId, channel.Terms.Provider, channel.Stage, why);
            _avoided.Add(channel.Terms.Provider);
            if (options.Provider is not null)
            {
                var deposit = channel.Stage == ChannelStage.Abandoned ? "nothing was deposited" : "the deposit went back";
                throw new NodeException(
                    NodeFault.OpenFailed, $"provider {channel.Terms.Provider} did not take channel {channel.ChannelId}: {channel.Stage}{why}; {deposit}");
            }
        }
    }

    /// <summary>
    /// A channel of before that is being closed, where there is no other to use or on its way: to go on, another deposit would be
    /// paid while this one is still locked. Null otherwise.
    /// </summary>
    public async Task<ChannelRecord?> FindClosingOnlyAsync(IReadOnlySet<ChannelId> spent, IReadOnlySet<Address> lost, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        return FindUsable(spent) is null && Pending(lost) is null
            ? book.All.FirstOrDefault(channel =>
                channel.Role == SessionRole.Consumer
                && channel.Terms.Kind == ChannelKind.Direct
                && (options.Provider is null || channel.Terms.Provider == options.Provider)
                && (channel.Stage == ChannelStage.Closing
                    || (channel.Stage == ChannelStage.Active && (book.IsSeenEnding(channel.ChannelId) || closer.IsClosing(channel.ChannelId)))))
            : null;
    }

    /// <summary>Why a provider declines a channel, as the gateway tells it: for people to read, and nothing more.</summary>
    public void HearDecline(ChannelId channelId, string why)
    {
        if (book.Find(channelId) is { Stage: ChannelStage.Opened or ChannelStage.Intended })
        {
            _declines[channelId] = why;
            LogDeclined(channelId, why);
        }
    }

    /// <summary>The oldest active channel that can still be used: none is opened beside it.</summary>
    public ChannelRecord? FindUsable(IReadOnlySet<ChannelId> spent) =>
        book.All.FirstOrDefault(channel => IsUsable(channel.ChannelId, spent));

    /// <summary>Whether a session on the channel makes sense.</summary>
    public bool IsUsable(ChannelId channelId, IReadOnlySet<ChannelId> spent) =>
        book.Find(channelId) is { Stage: ChannelStage.Active } channel
        && !spent.Contains(channelId)
        && Fits(channel)
        && closer.HasBytesLeft(channel);

    // What the journal knows may be old: decide on what the chain shows now.
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        progress.Set(NodeState.Starting, "waiting for the chain");
        await chain.Connected.WaitAsync(cancellationToken);
        await chain.LookAsync(cancellationToken);
    }

    private ChannelRecord? Pending(IReadOnlySet<Address> lost) => book.All.FirstOrDefault(channel =>
        !lost.Contains(channel.Terms.Provider)
        && channel.Stage is ChannelStage.Intended or ChannelStage.Opened
        && Fits(channel)
        && (channel.Stage == ChannelStage.Intended || channel.DeadlineSeconds > chain.NowSeconds));

    private bool Fits(ChannelRecord channel) =>
        channel.Role == SessionRole.Consumer
        && channel.Terms.Kind == ChannelKind.Direct
        && !peers.IsParted(channel.Terms.Provider)
        && (options.Provider is null || channel.Terms.Provider == options.Provider)
        && channel.Terms.PricePerMB <= options.MaxPricePerMB
        && !book.IsSeenEnding(channel.ChannelId)
        && !closer.IsClosing(channel.ChannelId);

    private async Task<ChannelRecord> IntendAsync(IReadOnlySet<Address> lost, CancellationToken cancellationToken)
    {
        if (options.Provider is { } wanted && peers.WhyNot(wanted) is { } objection)
        {
            throw new NodeException(NodeFault.NoProvider, $"provider {wanted} {objection.Text}: {objection.NextStep}");
        }

        var offer = await MatchAsync(lost, cancellationToken);
        var terms = NewTerms(offer.Provider, offer.PricePerMB);
        if (terms.Validate() is { } fault)
        {
            throw new NodeException(NodeFault.OpenFailed, $"no channel can be opened with {offer.Provider}: {fault}");
        }

        var channel = new ChannelRecord
        {
            ChannelId = terms.ChannelId((await chain.Connected).Domain),
            Role = SessionRole.Consumer,
            Terms = terms,
            Stage = ChannelStage.Intended,
            CapacityBytes = terms.CapacityBytes,
            Endpoint = offer.Endpoint,
            KnownAtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await book.SaveAsync(channel, cancellationToken);
        _unsent.Add(channel.ChannelId);
        LogIntended(channel.ChannelId, offer.Provider, offer.PricePerMB.ToTokens());
        return channel;
    }

    private Terms NewTerms(Address provider, TokenAmount pricePerMB) => new(
        self, provider, options.CapacityBytes, pricePerMB, options.TolerancePpm, ChannelKind.Direct,
        Bytes32.FromBytes(RandomNumberGenerator.GetBytes(Bytes32.Length)));

    private async Task<ProviderOffer> MatchAsync(IReadOnlySet<Address> lost, CancellationToken cancellationToken)
    {
        while (true)
        {
            MatchAttempt attempt;
            try
            {
                attempt = await matchmaker.FindAsync(_avoided.Union(lost).ToHashSet(), cancellationToken);
            }
            catch (ChainUnavailableException fault)
            {
                attempt = MatchAttempt.Failed(NodeFault.ChainUnavailable, fault.Message);
            }

            if (attempt.Offer is { } offer)
            {
                return offer;
            }

            if (attempt.Fault == NodeFault.NoProvider && options.Provider is { } wanted && !lost.Contains(wanted))
            {
                await ThrowIfDeclinedAsync(wanted, cancellationToken);
            }

            LogNoMatch(attempt.Detail);
            progress.Set(NodeState.Matching, attempt.Detail, attempt.Fault);
            await Task.Delay(RetryDelay, time, cancellationToken);
            // Who declined once may have a slot by now, when nobody else is there.
            _avoided.Clear();
        }
    }

    // A match leaves out whom these terms do not suit, and says nothing of it. Asked for its acceptance, the one provider wanted does.
    private async Task ThrowIfDeclinedAsync(Address wanted, CancellationToken cancellationToken)
    {
        if (_askedWhyAt is { } askedAt && time.GetElapsedTime(askedAt) < AskWhyAgainAfter)
        {
            return;
        }

        _askedWhyAt = time.GetTimestamp();
        var terms = NewTerms(wanted, options.MaxPricePerMB);
        if (terms.Validate() is null && await acceptances.WhyDeclinedAsync(terms, cancellationToken) is { } why)
        {
            throw new NodeException(NodeFault.OpenFailed, $"provider {wanted} does not take a channel on these terms: {why}; nothing was deposited");
        }
    }

    private async Task<ChannelRecord> OpenAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        while (channel.Stage == ChannelStage.Intended)
        {
            try
            {
                var outcome = await OpenAsync(accountOf(await chain.Connected), channel.Terms, cancellationToken);
                if (outcome.Refusal is { } refusal && !WasOpenedBefore(refusal))
                {
                    throw new NodeException(NodeFault.OpenFailed, $"the contract does not open channel {channel.ChannelId}: {refusal}");
                }

                break;
            }
            catch (TermsDeclinedException declined)
            {
                // Nothing was sent, so nothing can turn up on chain.
                _declines[channel.ChannelId] = declined.Text;
                var abandoned = channel with { Stage = ChannelStage.Abandoned };
                await book.SaveAsync(abandoned, cancellationToken);
                return abandoned;
            }
            catch (NodeException)
            {
                await book.SaveAsync(channel with { Stage = ChannelStage.Abandoned }, cancellationToken);
                throw;
            }
            catch (GasUnaffordableException fault)
            {
                throw new NodeException(NodeFault.OpenFailed, fault.Message, fault);
            }
            catch (TransactionTimedOutException fault)
            {
                // Not failed: it may still be mined, and the book will show it.
                LogSlow(fault.Message);
                break;
            }
            catch (ChainUnavailableException fault)
            {
                progress.Set(NodeState.Opening, fault.Message, NodeFault.ChainUnavailable);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }

        _unsent.Remove(channel.ChannelId);

        // So that the silo looks at once; the provider would see it by itself as well.
        await gateway.AskAsync(new OpenNotice(channel.Terms), cancellationToken);
        chain.Nudge();
        progress.Set(NodeState.Opening, $"channel {channel.ChannelId}: waiting for {channel.Terms.Provider} to confirm", NodeFault.OpenFailed);
        return await book.WaitAsync(
            channel.ChannelId, known => known.Stage is not (ChannelStage.Intended or ChannelStage.Opened), cancellationToken);
    }

    // With the provider's acceptance the channel is active at once; whatever is wrong with one, opening without it still works.
    private async Task<CallOutcome> OpenAsync(ConsumerAccount account, Terms terms, CancellationToken cancellationToken)
    {
        // Where a transaction may be out already, as after a crash, no answer to this can take it back.
        var channelId = terms.ChannelId((await chain.Connected).Domain);
        if (await acceptances.AskAsync(terms, chain.NowSeconds, isUnsent: _unsent.Contains(channelId), cancellationToken) is { } acceptance)
        {
            _unsent.Remove(channelId);
            var outcome = await account.OpenAcceptedAsync(terms, acceptance.ExpirySeconds, acceptance.Signature, cancellationToken);
            if (outcome.Refusal is null || WasOpenedBefore(outcome.Refusal))
            {
                return outcome;
            }

            LogNotAccepted(terms.Provider, outcome.Refusal.ToString());
        }

        _unsent.Remove(channelId);
        return await account.OpenAsync(terms, cancellationToken);
    }

    // Opened by this very transaction, sent before a crash: nobody else can open these terms.
    private static bool WasOpenedBefore(ContractRefusal refusal) =>
        refusal is ContractRefusal.WrongStatus { Expected: ChannelStatus.None };
}
