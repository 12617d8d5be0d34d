using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Grains.Feed;
using Tachyon.Grains.Proxies;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;
using Tachyon.Silo.Telemetry;
using ChannelView = Tachyon.Grains.ChannelView;

namespace Tachyon.Silo.Gateway;

/// <summary>What either party of a channel asks. Only for its own channels: that is checked here, the rest by the grains.</summary>
internal sealed class ChannelRequests(IGrainFactory grains, ISettlementChain chain, FeedWaker feed, RouteBroker routes)
{
    public async Task<GatewayReply> OpenedAsync(EdgeSession session, OpenNotice notice)
    {
        if (notice.Terms.Consumer != session.Node)
        {
            return Refusals.Reply(RefusalReason.NotYours);
        }

        // The terms give the id, so nobody can watch a stranger's channel under this name.
        var channelId = notice.Terms.ChannelId(chain.Domain);
        if (!session.Names.TryName(channelId, out var paid))
        {
            return Refusals.TooManyUnknown(session.Names);
        }

        if (await session.Watch.WatchAsync(channelId))
        {
            session.Names.Confirm(channelId, paid);
        }

        feed.Wake();
        return Accepted.Instance;
    }

    public async Task<GatewayReply> SubmitUnitsAsync(EdgeSession session, SubmitUnits request)
    {
        var groups = UnitGroup.Of(request.Channels);
        var answers = new Task<ChannelUnitsAck>[groups.Count];
        var handedOn = 0;
        for (var i = 0; i < answers.Length; i++)
        {
            handedOn += CountUnits(groups[i].Newest);
            answers[i] = SubmitAsync(session, groups[i].Newest);
        }

        GatewayMeter.UnitsReceived(CountUnits(request.Channels), handedOn);
        var ofGroups = await Task.WhenAll(answers);
        if (groups.Count == request.Channels.Count)
        {
            return new UnitsAck(ofGroups);
        }

        var acks = new ChannelUnitsAck[request.Channels.Count];
        for (var i = 0; i < ofGroups.Length; i++)
        {
            await AnswerEachAsync(session, request.Channels, groups[i], ofGroups[i], acks);
        }

        return new UnitsAck(acks);
    }

    public async Task<GatewayReply> CloseAsync(EdgeSession session, CloseRelay close)
    {
        var channelId = close.Closure.ChannelId;
        var found = await FindOwnAsync(session, channelId);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        await session.Watch.WatchAsync(channelId);
        var channel = grains.Channel(channelId);
        var own = new SignedClosure(close.Closure, close.OwnSignature);
        var result = routes.IsOwnLock(found.View!.Terms.Provider)
            ? await grains.Proxy(channelId).Close(own)
            : await channel.SubmitClosure(own);
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

    public async Task<GatewayReply> SignClosureAsync(EdgeSession session, ClosureRequest request)
    {
        var found = await FindOwnAsync(session, request.LockId);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!routes.IsOwnLock(found.View!.Terms.Provider))
        {
            return RouteTexts.Reply(RouteRefusal.NoProxy, routes.StepBytes);
        }

        await session.Watch.WatchAsync(request.LockId);
        var result = await grains.Proxy(request.LockId).SignClosure(session.Node, request.BytesUsed);
        return result.Accepted
            ? new CloseTaken(result.OperationId is not null, result.Counterpart)
            : Refusals.Reply(Refusals.Of(result.Refusal));
    }

    public async Task<GatewayReply> StartCloseAsync(EdgeSession session, StartCloseRelay close)
    {
        if (await FindOwnAsync(session, close.ChannelId) is { Refusal: { } refusal })
        {
            return refusal;
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
        var found = await FindOwnAsync(session, request.ChannelId);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        await session.Watch.WatchAsync(request.ChannelId);
        return WireMapping.ViewOf(found.View!, await grains.Channel(request.ChannelId).Evidence());
    }

    /// <summary>What answers a group's newest units answers each entry; but when one of those is bad, each stands for itself again.</summary>
    private async Task AnswerEachAsync(
        EdgeSession session, IReadOnlyList<ChannelUnits> entries, UnitGroup group, ChannelUnitsAck ofAll, ChannelUnitsAck[] acks)
    {
        var isOneBad = !group.IsSingle && ConcernsUnit(ofAll.Refusal);
        foreach (var place in group.Places)
        {
            acks[place] = isOneBad ? await SubmitAsync(session, entries[place]) : ofAll;
        }
    }

    private async Task<ChannelUnitsAck> SubmitAsync(EdgeSession session, ChannelUnits units)
    {
        var unit = (units.ConsumerUnit ?? units.ProviderUnit)!.Unit;
        if (unit.Consumer != session.Node && unit.Provider != session.Node)
        {
            return Nothing(units.ChannelId, RefusalReason.NotYours);
        }

        if (!session.Names.TryName(units.ChannelId, out var paid))
        {
            return Nothing(units.ChannelId, RefusalReason.TooManyUnknown);
        }

        var batch = new UnitBatch
        {
            ConsumerUnits = ListOf(units.ConsumerUnit),
            ProviderUnits = ListOf(units.ProviderUnit),
        };

        // A lock's units become what the proxy promises, once its channel has them.
        var isOwnLock = routes.IsOwnLock(unit.Provider);
        var result = isOwnLock
            ? await grains.Proxy(units.ChannelId).Submit(batch, session.RouteObserver)
            : await session.Watch.GrainOf(units.ChannelId).SubmitUnits(batch);
        if (result.Refusal is UnitRefusal.OtherParties or UnitRefusal.OtherChannel)
        {
            // Whose channel this is, and how far it is, is nothing to a stranger.
            return Nothing(units.ChannelId, RefusalReason.NotYours);
        }

        if (result.Accepted)
        {
            session.Names.Confirm(units.ChannelId, paid);
            await session.Watch.WatchAsync(units.ChannelId);
            if (isOwnLock)
            {
                session.Paid.Take(units.ChannelId, result.ConsumerBytes);
            }
        }

        return WireMapping.AckOf(units.ChannelId, result);
    }

    /// <summary>Whether the refusal is about one unit and says nothing about others of the channel.</summary>
    private static bool ConcernsUnit(RefusalReason refusal) => refusal is RefusalReason.WrongSigner or RefusalReason.Contradiction
        or RefusalReason.AboveCapacity or RefusalReason.NotWholeKB or RefusalReason.IndexZero or RefusalReason.TimestampAhead;

    private static int CountUnits(IReadOnlyList<ChannelUnits> entries)
    {
        var count = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            count += CountUnits(entries[i]);
        }

        return count;
    }

    private static int CountUnits(ChannelUnits entry) => (entry.ConsumerUnit is null ? 0 : 1) + (entry.ProviderUnit is null ? 0 : 1);

    private static SignedUnit[] ListOf(SignedUnit? unit) => unit is null ? [] : [unit];

    private static ChannelUnitsAck Nothing(ChannelId channelId, RefusalReason reason) => new(channelId, reason, 0, 0, 0, 0);

    private async Task<(ChannelView? View, GatewayReply? Refusal)> FindOwnAsync(EdgeSession session, ChannelId channelId)
    {
        if (!session.Names.TryName(channelId, out var paid))
        {
            return (null, Refusals.TooManyUnknown(session.Names));
        }

        if (await grains.Channel(channelId).View() is not { } view)
        {
            // The edge may see a channel on its own endpoint that the feed has not looked for yet.
            feed.Wake();
            return (null, Refusals.Reply(RefusalReason.UnknownChannel));
        }

        if (view.Terms.Consumer != session.Node && view.Terms.Provider != session.Node)
        {
            return (null, Refusals.Reply(RefusalReason.NotYours));
        }

        session.Names.Confirm(channelId, paid);
        return (view, null);
    }
}
