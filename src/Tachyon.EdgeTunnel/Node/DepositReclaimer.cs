using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Takes back the deposits of channels that no provider confirmed in time. The silo does it too, but a consumer does not
/// depend on it for its money.
/// </summary>
internal sealed partial class DepositReclaimer(
    ChannelBook book, ChainWatcher chain, Func<ISettlementChain, TransactionSender> senderOf, TimeSpan interval, TimeProvider time, ILogger<DepositReclaimer> logger)
{
    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var sender = senderOf(await chain.Connected.WaitAsync(cancellationToken));
        while (true)
        {
            foreach (var channel in book.All.Where(IsOverdue))
            {
                await ReclaimAsync(sender, channel, cancellationToken);
            }

            await Task.Delay(interval, time, cancellationToken);
        }
    }

    // By the chain's time: the contract knows no other.
    private bool IsOverdue(ChannelRecord channel) =>
        channel.Role == SessionRole.Consumer
        && channel.Stage == ChannelStage.Opened
        && channel.DeadlineSeconds <= chain.Status.FinalTimeSeconds;

    private async Task ReclaimAsync(TransactionSender sender, ChannelRecord channel, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await sender.SendAsync(new ChainCall.WithdrawUnconfirmed(channel.Terms), cancellationToken);
            if (outcome.Refusal is { } refusal)
            {
                // Most likely the silo was quicker; the book will show it.
                LogRefused(channel.ChannelId, refusal);
                return;
            }

            LogReclaimed(channel.ChannelId);
            chain.Nudge();
        }
        catch (Exception fault) when (fault is ChainUnavailableException or TransactionTimedOutException or GasUnaffordableException)
        {
            LogLater(channel.ChannelId, fault.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Took back the deposit of channel {ChannelId}, which was not confirmed in time")]
    private partial void LogReclaimed(ChannelId channelId);

    [LoggerMessage(LogLevel.Information, "The deposit of channel {ChannelId} is not taken back by this node: {Refusal}")]
    private partial void LogRefused(ChannelId channelId, ContractRefusal refusal);

    [LoggerMessage(LogLevel.Warning, "The deposit of channel {ChannelId} could not be taken back yet: {Reason}")]
    private partial void LogLater(ChannelId channelId, string reason);
}
