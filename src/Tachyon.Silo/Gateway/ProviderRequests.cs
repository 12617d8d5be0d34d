using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Gateway;

namespace Tachyon.Silo.Gateway;

/// <summary>What a provider asks: its offer, its signs of life, and the channels that it takes or declines.</summary>
internal sealed class ProviderRequests(IGrainFactory grains, ISettlementChain chain, TimeProvider time)
{
    public async Task<GatewayReply> AnnounceAsync(EdgeSession session, Announce announce)
    {
        var result = await grains.Provider(session.Node).Announce(WireMapping.OfferOf(announce), session.ProviderObserver, session.Source);
        session.IsProvider = result.Refusal == AnnounceRefusal.None;
        TellAllowance(session, result);
        return Refusals.Reply(result.Refusal);
    }

    public async Task<GatewayReply> HeartbeatAsync(EdgeSession session)
    {
        await session.Watch.RenewAsync();
        await session.Pools.RenewAsync();

        if (!session.IsProvider)
        {
            // A consumer's heartbeat keeps its connection and its pushes alive, and concerns no provider.
            return Accepted.Instance;
        }

        var result = await grains.Provider(session.Node).Heartbeat(session.ProviderObserver, session.Source);
        TellAllowance(session, result);
        return Refusals.Reply(result.Refusal);
    }

    public async Task<GatewayReply> WithdrawAsync(EdgeSession session)
    {
        session.IsProvider = false;
        await grains.Provider(session.Node).Leave();
        return Accepted.Instance;
    }

    public async Task<GatewayReply> DrainAsync(EdgeSession session, Drain drain)
    {
        await grains.Provider(session.Node).Drain(drain.Draining);
        return Accepted.Instance;
    }

    public async Task<GatewayReply> ConfirmAsync(EdgeSession session, ConfirmRelay confirm)
    {
        if (confirm.Terms.Provider != session.Node)
        {
            return Refusals.Reply(RefusalReason.NotYours);
        }

        var channelId = confirm.Terms.ChannelId(chain.Domain);
        if (!session.Names.TryName(channelId, out var paid))
        {
            return Refusals.TooManyUnknown(session.Names);
        }

        // Watched before it is relayed, so that no step of the transaction is missed.
        await session.Watch.WatchAsync(channelId);
        var result = await grains.Provider(session.Node).Confirm(new SignedPermission
        {
            ChannelId = channelId,
            ValidUntilSeconds = confirm.ValidUntilSeconds,
            Signature = confirm.Signature,
        });
        if (result.Refusal != RelayRefusal.UnknownChannel)
        {
            session.Names.Confirm(channelId, paid);
        }

        return result.Accepted ? Accepted.Instance : Refusals.Reply(Refusals.Of(result.Refusal));
    }

    public async Task<GatewayReply> DeclineAsync(EdgeSession session, DeclineRelay decline)
    {
        if (!session.Names.TryName(decline.ChannelId, out var paid))
        {
            return Refusals.TooManyUnknown(session.Names);
        }

        var result = await grains.Provider(session.Node).Decline(new SignedPermission
        {
            ChannelId = decline.ChannelId,
            ValidUntilSeconds = decline.ValidUntilSeconds,
            Signature = decline.Signature,
        }, Refusals.ToGrain(decline.Reason));
        if (!result.Accepted)
        {
            return Refusals.Reply(Refusals.Of(result.Refusal));
        }

        session.Names.Confirm(decline.ChannelId, paid);
        await session.Watch.WatchAsync(decline.ChannelId);
        return Accepted.Instance;
    }

    // The edge goes by this or by its own count, so it is told whatever changed; a push that is lost comes with the next change.
    private void TellAllowance(EdgeSession session, AnnounceResult result)
    {
        if (result.MonthBytesLeft is { } bytesLeft && bytesLeft != session.MonthBytesLeft)
        {
            session.MonthBytesLeft = bytesLeft;
            var now = time.GetUtcNow();
            var nextMonth = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
            session.Push(new MonthAllowance(bytesLeft, (ulong)nextMonth.ToUnixTimeSeconds()));
        }
    }
}
