using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;
using ChannelView = Tachyon.Grains.ChannelView;

namespace Tachyon.Silo.Gateway;

/// <summary>What either party of a channel asks. Only for its own channels: that is checked here, the rest by the grains.</summary>
internal sealed class ChannelRequests(IGrainFactory grains, ISettlementChain chain)
{
    public async Task<GatewayReply> OpenedAsync(EdgeSession session, OpenNotice notice)
    {
        if (notice.Terms.Consumer != session.Node)
        {
            return Refusals.Reply(RefusalReason.NotYours);
        }

        // The terms give the id, so nobody can watch a stranger's channel under this name.
        await session.Watch.WatchAsync(notice.Terms.ChannelId(chain.Domain));
        await grains.ChainFeed(chain.Deployment.PaymentChannels).Wake();
        return Accepted.Instance;
    }

    public async Task<GatewayReply> SubmitUnitsAsync(EdgeSession session, SubmitUnits request) =>
        new UnitsAck(await Task.WhenAll(request.Channels.Select(units => SubmitAsync(session, units))));

    public async Task<GatewayReply> CloseAsync(EdgeSession session, CloseRelay close)
    {
        var channelId = close.Closure.ChannelId;
        if (await FindOwnAsync(session, channelId) is not { } view)
        {
            return Refusals.Reply(await WhyNotOwnAsync(channelId));
        }

        await session.Watch.WatchAsync(channelId);
        var channel = grains.Channel(channelId);
        var result = await channel.SubmitClosure(new SignedClosure(close.Closure, close.OwnSignature));
        if (result.Accepted && close.PeerSignature is { } peer)
        {
            result = await channel.SubmitClosure(new SignedClosure(close.Closure, peer));
        }

        if (!result.Accepted)
        {
            return Refusals.Reply(Refusals.Of(result.Refusal));
        }

        // After a pair was handed in, the other side's closure is what the last call was given.
        var counterpart = close.PeerSignature is { } signature ? new SignedClosure(close.Closure, signature) : result.Counterpart;
        return new CloseTaken(result.OperationId is not null, counterpart);
    }

    public async Task<GatewayReply> StartCloseAsync(EdgeSession session, StartCloseRelay close)
    {
        if (await FindOwnAsync(session, close.ChannelId) is null)
        {
            return Refusals.Reply(await WhyNotOwnAsync(close.ChannelId));
        }

        await session.Watch.WatchAsync(close.ChannelId);
        var result = await grains.Channel(close.ChannelId).RequestClose(new SignedPermission
        {
            ChannelId = close.ChannelId,
            ValidUntilSeconds = close.ValidUntilSeconds,
            Signature = close.Signature,
        });
        return result.Accepted ? Accepted.Instance : Refusals.Reply(Refusals.Of(result.Refusal));
    }

    public async Task<GatewayReply> ViewAsync(EdgeSession session, ChannelViewRequest request)
    {
        if (await FindOwnAsync(session, request.ChannelId) is not { } view)
        {
            return Refusals.Reply(await WhyNotOwnAsync(request.ChannelId));
        }

        await session.Watch.WatchAsync(request.ChannelId);
        return WireMapping.ViewOf(view, await grains.Channel(request.ChannelId).Evidence());
    }

    private async Task<ChannelUnitsAck> SubmitAsync(EdgeSession session, ChannelUnits units)
    {
        var unit = (units.ConsumerUnit ?? units.ProviderUnit)!.Unit;
        if (unit.Consumer != session.Node && unit.Provider != session.Node)
        {
            return new ChannelUnitsAck(units.ChannelId, RefusalReason.NotYours, 0, 0, 0, 0);
        }

        var result = await grains.Channel(units.ChannelId).SubmitUnits(new UnitBatch
        {
            ConsumerUnits = ListOf(units.ConsumerUnit),
            ProviderUnits = ListOf(units.ProviderUnit),
        });
        if (result.Refusal is UnitRefusal.OtherParties or UnitRefusal.OtherChannel)
        {
            // Whose channel this is, and how far it is, is nothing to a stranger.
            return new ChannelUnitsAck(units.ChannelId, RefusalReason.NotYours, 0, 0, 0, 0);
        }

        if (result.Accepted)
        {
            await session.Watch.WatchAsync(units.ChannelId);
        }

        return WireMapping.AckOf(units.ChannelId, result);
    }

    private static SignedUnit[] ListOf(SignedUnit? unit) => unit is null ? [] : [unit];

    private async Task<ChannelView?> FindOwnAsync(EdgeSession session, ChannelId channelId) =>
        await grains.Channel(channelId).View() is { } view && (view.Terms.Consumer == session.Node || view.Terms.Provider == session.Node)
            ? view
            : null;

    private async Task<RefusalReason> WhyNotOwnAsync(ChannelId channelId)
    {
        if (await grains.Channel(channelId).View() is not null)
        {
            return RefusalReason.NotYours;
        }

        // The edge may see a channel on its own endpoint that the feed has not looked for yet.
        await grains.ChainFeed(chain.Deployment.PaymentChannels).Wake();
        return RefusalReason.UnknownChannel;
    }
}
