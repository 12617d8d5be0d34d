using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <content>The way of both signatures to the chain: the gateway first, which pays the gas, then this node's own account.</content>
internal sealed partial class ChannelCloser
{
    // Returns the channel once it is final, or once the closure can no longer make it so.
    private async Task<ChannelRecord> SettleAsync(
        ChannelRecord channel, ClosurePair pair, TimeSpan patience, CancellationToken cancellationToken)
    {
        Set(channel.ChannelId, CloseStep.Relaying);
        var started = time.GetTimestamp();
        var sent = false;
        while (true)
        {
            var changed = book.Changed;
            var known = book.Find(channel.ChannelId) ?? channel;
            if (known.IsFinal
                || known.PaidBytes > pair.Own.Closure.BytesUsed
                || chain.NowSeconds > pair.Own.Closure.ValidUntilSeconds + options.FinalityAllowanceSeconds)
            {
                return known;
            }

            if (Find(channel.ChannelId)?.Step != CloseStep.Waiting)
            {
                if (await RelayAsync(pair, cancellationToken) is { } whyNot)
                {
                    Set(channel.ChannelId, CloseStep.Relaying, whyNot);
                }
                else
                {
                    // Taken on; a gateway that does nothing about it is still watched.
                    Set(channel.ChannelId, CloseStep.Waiting);
                    patience = options.SettlementPatience;
                }
            }

            if (!sent && time.GetElapsedTime(started) > patience)
            {
                LogSendsItself(channel.ChannelId);
                sent = await SendAsync(channel, pair, cancellationToken);

                // What it cannot do now, it may when it has gas or the chain answers.
                started = time.GetTimestamp();
            }

            await LookSoonAsync(changed, cancellationToken);
        }
    }

    // Null when the gateway took it on, else why not.
    private async Task<string?> RelayAsync(ClosurePair pair, CancellationToken cancellationToken)
    {
        var request = new CloseRelay(pair.Own.Closure, pair.Own.Signature, pair.Peer.Signature);
        var answer = await gateway.AskAsync(request, cancellationToken);
        return answer.IsDone ? null : answer.Text;
    }

    private async Task<bool> SendAsync(ChannelRecord channel, ClosurePair pair, CancellationToken cancellationToken)
    {
        var (consumer, provider) = channel.Role == SessionRole.Consumer ? (pair.Own, pair.Peer) : (pair.Peer, pair.Own);
        var call = new ChainCall.CooperativeClose(
            channel.Terms, pair.Own.Closure.BytesUsed, pair.Own.Closure.ValidUntilSeconds, consumer.Signature, provider.Signature);
        try
        {
            var sender = senderOf(await chain.Connected.WaitAsync(cancellationToken));
            var outcome = await sender.SendAsync(call, cancellationToken);
            if (outcome.Refusal is { } refusal)
            {
                // Most likely it is settled already, which the book will show.
                LogNotSent(channel.ChannelId, refusal.ToString());
            }

            Set(channel.ChannelId, CloseStep.Waiting);
            return true;
        }
        catch (TransactionTimedOutException fault)
        {
            LogNotSent(channel.ChannelId, fault.Message);
            Set(channel.ChannelId, CloseStep.Waiting, fault.Message);
            return true;
        }
        catch (Exception fault) when (fault is ChainUnavailableException or GasUnaffordableException)
        {
            LogNotSent(channel.ChannelId, fault.Message);
            Set(channel.ChannelId, CloseStep.Relaying, fault.Message);
            return false;
        }
    }

    private async Task LookSoonAsync(Task changed, CancellationToken cancellationToken)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(options.LookInterval, time, round.Token));
        await round.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        chain.Nudge();
    }

    [LoggerMessage(LogLevel.Information, "Channel {ChannelId} is settled")]
    private partial void LogSettled(ChannelId channelId);

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} could not be closed: {Detail}")]
    private partial void LogFailed(ChannelId channelId, string detail);

    [LoggerMessage(LogLevel.Warning, "The gateway has not settled channel {ChannelId}; sending its close from this node's account")]
    private partial void LogSendsItself(ChannelId channelId);

    [LoggerMessage(LogLevel.Warning, "The close of channel {ChannelId} was not sent from this node's account: {Reason}")]
    private partial void LogNotSent(ChannelId channelId, string reason);
}
