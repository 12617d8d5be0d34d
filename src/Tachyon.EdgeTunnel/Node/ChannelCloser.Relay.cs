using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <content>The way of both signatures to the chain: the gateway first, which pays the gas, then this node's own account.</content>
internal sealed partial class ChannelCloser
{
    private async Task<bool> RelayAsync(ChannelRecord channel, ClosurePair pair, CancellationToken cancellationToken)
    {
        var request = new CloseRelay(pair.Own.Closure, pair.Own.Signature, pair.Peer.Signature);
        var started = time.GetTimestamp();
        while (true)
        {
            var answer = await gateway.AskAsync(request, cancellationToken);
            if (answer.Outcome == GatewayOutcome.Done)
            {
                return true;
            }

            if (book.Find(channel.ChannelId) is { IsFinal: true })
            {
                // The other side was quicker.
                return true;
            }

            if (answer.Outcome == GatewayOutcome.Refused || time.GetElapsedTime(started) > options.GatewayPatience)
            {
                LogSendsItself(channel.ChannelId, answer.Text);
                return await SendAsync(channel, pair, answer.Text, cancellationToken);
            }

            Set(channel.ChannelId, CloseStep.Relaying, answer.Text);
            await Task.Delay(options.LookInterval, time, cancellationToken);
        }
    }

    private async Task<bool> SendAsync(ChannelRecord channel, ClosurePair pair, string whyNotGateway, CancellationToken cancellationToken)
    {
        var (consumer, provider) = channel.Role == SessionRole.Consumer ? (pair.Own, pair.Peer) : (pair.Peer, pair.Own);
        var call = new ChainCall.CooperativeClose(
            channel.Terms, pair.Own.Closure.BytesUsed, pair.Own.Closure.ValidUntilSeconds, consumer.Signature, provider.Signature);
        try
        {
            using var sender = senderOf(await chain.Connected.WaitAsync(cancellationToken));
            var outcome = await sender.SendAsync(call, cancellationToken);
            if (outcome.Refusal is not { } refusal || refusal is ContractRefusal.WrongStatus { Actual: ChannelStatus.Settled })
            {
                return true;
            }

            Fail(channel.ChannelId, $"the gateway did not relay the close ({whyNotGateway}), and the contract refuses it from this node: {refusal}");
            return false;
        }
        catch (TransactionTimedOutException fault)
        {
            LogSlow(channel.ChannelId, fault.Message);
            return true;
        }
        catch (Exception fault) when (fault is ChainUnavailableException or GasUnaffordableException)
        {
            Fail(channel.ChannelId, $"the gateway did not relay the close ({whyNotGateway}), and this node could not send it: {fault.Message}");
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Channel {ChannelId} is settled")]
    private partial void LogSettled(ChannelId channelId);

    [LoggerMessage(LogLevel.Warning, "Channel {ChannelId} could not be closed: {Detail}")]
    private partial void LogFailed(ChannelId channelId, string detail);

    [LoggerMessage(LogLevel.Warning, "The gateway does not relay the close of channel {ChannelId} ({Reason}); sending it from this node's account")]
    private partial void LogSendsItself(ChannelId channelId, string reason);

    [LoggerMessage(LogLevel.Warning, "The close of channel {ChannelId} takes long: {Detail}")]
    private partial void LogSlow(ChannelId channelId, string detail);
}
