using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Node;

/// <content>Acceptances, by which consumers open straight to active.</content>
internal sealed partial class ConfirmationDesk
{
    // What was accepted in this process and not seen on chain. The silo keeps it durably, and the contract has the last word.
    private readonly Dictionary<ChannelId, (Terms Terms, ulong ExpirySeconds)> _accepted = [];

    /// <summary>Decides on terms that a consumer wants accepted and tells the gateway. One at a time; never fails.</summary>
    public async Task AcceptAsync(AcceptanceAsked asked, CancellationToken cancellationToken)
    {
        var channelId = asked.Terms.ChannelId(domain);
        try
        {
            await _acceptTurn.WaitAsync(cancellationToken);
            try
            {
                var answer = await AnswerAsync(channelId, asked);
                await gateway.AskAsync(answer, cancellationToken);
                LogAcceptance(channelId, asked.Terms.Consumer, answer.Signature is null ? answer.Reason.ToString() : "accepted");
            }
            finally
            {
                _acceptTurn.Release();
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or JournalException or SigningRefusedException or ObjectDisposedException)
        {
            // The consumer opens without an acceptance; a journal that broke ends the node by itself.
            LogAcceptance(channelId, asked.Terms.Consumer, fault.Message);
        }
    }

    private async Task<AcceptanceAnswer> AnswerAsync(ChannelId channelId, AcceptanceAsked asked)
    {
        var now = chain.NowSeconds;
        var why = WhyNotAccepted(channelId, asked, now);
        if (why is { } reason)
        {
            return new AcceptanceAnswer(channelId, asked.ExpirySeconds, null, reason);
        }

        lock (_accepted)
        {
            _accepted[channelId] = (asked.Terms, asked.ExpirySeconds);
        }

        var signature = signer.Sign(new Acceptance(channelId, asked.ExpirySeconds), domain);
        await journal.Decisions.SaveAsync(
            new SignedDecision(channelId, OpeningDecision.Accept, asked.ExpirySeconds, signature), time.GetUtcNow().ToUnixTimeMilliseconds());
        return new AcceptanceAnswer(channelId, asked.ExpirySeconds, signature, RefusalReason.None);
    }

    private RefusalReason? WhyNotAccepted(ChannelId channelId, AcceptanceAsked asked, ulong nowSeconds)
    {
        if (asked.Terms.Provider != signer.Address || asked.Terms.Validate() is not null || book.Find(channelId) is not null)
        {
            return RefusalReason.OtherChannel;
        }

        if (asked.ExpirySeconds <= nowSeconds || asked.ExpirySeconds > nowSeconds + ProtocolConstants.MaxAcceptanceSeconds)
        {
            return RefusalReason.Expired;
        }

        if (IsDraining)
        {
            return RefusalReason.Draining;
        }

        if (Judge(channelId, asked.Terms, asked.Terms.CapacityBytes) is { } objection)
        {
            return objection.Reason;
        }

        var outstanding = Outstanding().Count(accepted => accepted.Key != channelId);
        return SlotsUsed + outstanding >= ProtocolConstants.MaxActiveChannels ? RefusalReason.SlotsFull : null;
    }

    // Until the chain shows the channel, or the contract takes the acceptance no more.
    private List<KeyValuePair<ChannelId, (Terms Terms, ulong ExpirySeconds)>> Outstanding()
    {
        lock (_accepted)
        {
            var now = chain.NowSeconds;
            foreach (var (channelId, accepted) in _accepted.ToArray())
            {
                if (accepted.ExpirySeconds + LeastValiditySeconds < now || book.Find(channelId) is not null)
                {
                    _accepted.Remove(channelId);
                }
            }

            return [.. _accepted];
        }
    }

    [LoggerMessage(LogLevel.Information, "Asked to accept channel {ChannelId} of consumer {Consumer}: {Outcome}")]
    private partial void LogAcceptance(ChannelId channelId, Address consumer, string outcome);
}
