using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Takes what the gateway pushes as hints: the node looks at its own endpoint and believes only that.</summary>
internal sealed partial class GatewayHints(GatewayClient gateway, ChainWatcher chain, INodeRole role, ReputationDesk? reputation, ILogger<GatewayHints> logger)
{
    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var push in gateway.Pushes.ReadAllAsync(cancellationToken))
        {
            if (push is StatementsPublished statements)
            {
                // Of no channel of this node's, and no reason to look at the chain.
                reputation?.Hear(statements);
                continue;
            }

            if (ConcernsChain(push))
            {
                chain.Nudge();
            }

            role.Hear(push);
            switch (push)
            {
                case SettlementStatus { Progress: SettlementProgress.Failed } failed:
                    LogFailed(failed.Operation, failed.ChannelId, failed.Text);
                    break;
                case SettlementStatus status:
                    LogProgress(status.Operation, status.ChannelId, status.Progress);
                    break;
                case CloseAlert { Phase: ChannelPhase.Closing } alert:
                    LogAlert(alert.ChannelId);
                    break;
            }
        }
    }

    /// <summary>Whether the chain may show more than before. What comes with a route's traffic, many times a second, is no reason to look at it.</summary>
    internal static bool ConcernsChain(GatewayPush push) => push is not (StatementsPublished or ProxyUnit or RouteCredits);

    [LoggerMessage(LogLevel.Warning, "The gateway says: {Operation} of channel {ChannelId} failed: {Reason}")]
    private partial void LogFailed(SettlementOperation operation, ChannelId channelId, string reason);

    [LoggerMessage(LogLevel.Debug, "The gateway says: {Operation} of channel {ChannelId} is {Progress}")]
    private partial void LogProgress(SettlementOperation operation, ChannelId channelId, SettlementProgress progress);

    [LoggerMessage(LogLevel.Warning, "The gateway says: somebody is closing channel {ChannelId} alone; the challenge period runs")]
    private partial void LogAlert(ChannelId channelId);
}
