using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Tells the provider's tunnel which channels it may serve: those that this node saw active on its own endpoint.</summary>
internal sealed class ProviderDirectory(
    ChannelBook book, ChainWatcher chain, ChannelCloser closer, PeerPolicy peers, Func<ChannelId, bool> isPool, TimeSpan lookTimeout, TimeProvider time)
    : IChannelDirectory
{
    private volatile bool _draining;

    /// <summary>Admits no more sessions.</summary>
    public void Drain() => _draining = true;

    public async ValueTask<ChannelAdmission> AdmitAsync(ChannelId channelId, CancellationToken cancellationToken)
    {
        if (_draining)
        {
            return ChannelAdmission.Refuse(GoodbyeReason.NotServing, "this node is stopping");
        }

        if (book.Find(channelId) is not { Stage: ChannelStage.Active })
        {
            // The consumer's endpoint may be a block ahead of this node's: look once more before refusing.
            await LookAsync(cancellationToken);
        }

        return Judge(channelId);
    }

    /// <summary>Why a channel may not be served; null when it may.</summary>
    public ChannelAdmission Judge(ChannelId channelId)
    {
        if (book.Find(channelId) is not { Role: SessionRole.Provider } channel)
        {
            return ChannelAdmission.Refuse(GoodbyeReason.ChannelUnknown, "not seen on this node's chain");
        }

        if (peers.IsParted(channel.Terms.Consumer))
        {
            return ChannelAdmission.Refuse(GoodbyeReason.NotServing, "this node does not serve that consumer");
        }

        // With only this side's closure signed a session may still bring the other's; the ledger serves nothing in it.
        if (channel.Stage == ChannelStage.Closing || channel.IsFinal || book.IsSeenEnding(channelId) || closer.IsSignedByBoth(channelId) || closer.IsForced(channelId))
        {
            return ChannelAdmission.Refuse(GoodbyeReason.ChannelClosed, $"it is {channel.Stage}, or being closed");
        }

        if (isPool(channelId))
        {
            return ChannelAdmission.Refuse(GoodbyeReason.NotServing, "it is a pool, whose routes have sessions and not its proxy");
        }

        if (channel.Stage != ChannelStage.Active)
        {
            return ChannelAdmission.Refuse(GoodbyeReason.ChannelNotActive, $"it is {channel.Stage}");
        }

        return chain.CanServe
            ? ChannelAdmission.Admit(channel.ForTunnel())
            : ChannelAdmission.Refuse(GoodbyeReason.NotServing, "this node has not seen the chain for too long to serve safely");
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await chain.LookAsync(cancellationToken).WaitAsync(lookTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The chain does not answer: judge on what is known.
        }
    }
}
