using Tachyon.Grains;
using Tachyon.Grains.Proxies;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Silo.Health;

namespace Tachyon.Silo.Gateway;

/// <summary>What consumers ask of the operator as a proxy, and what exits of its pools say.</summary>
internal sealed class RouteRequests(IGrainFactory grains, RouteBroker broker, SiloMonitor monitor) : IDisposable
{
    // Each may wait for an exit and look at balances through the operator's endpoint, by which challenges go too.
    private readonly SemaphoreSlim _asking = new(16);

    public async Task<GatewayReply> AskAsync(EdgeSession session, RouteRequest request)
    {
        if (!broker.IsProxy)
        {
            return RouteTexts.Reply(RouteRefusal.NoProxy, broker.StepBytes);
        }

        // What is only asked for costs nothing to make up, so it is paid for, whatever comes of it.
        if (!session.Names.TryName(new ChannelId(request.Salt), out _))
        {
            return Refusals.TooManyUnknown(session.Names);
        }

        await _asking.WaitAsync();
        try
        {
            return Reply(await broker.AskAsync(new RouteWish(
                session.Node,
                MatchTarget.For(session.Node, monitor.EpochSeeds.Current?.Hash),
                request.Salt,
                request.RouteKey,
                request.Exit,
                request.Excluded,
                request.CapacityBytes,
                request.MaxPricePerMB,
                request.TolerancePpm)));
        }
        finally
        {
            _asking.Release();
        }
    }

    public async Task<GatewayReply> AttachAsync(EdgeSession session, PoolAttach attach)
    {
        if (!broker.IsProxy)
        {
            return RouteTexts.Reply(RouteRefusal.NoProxy, broker.StepBytes);
        }

        if (!session.Names.TryName(attach.PoolId, out var paid))
        {
            return Refusals.TooManyUnknown(session.Names);
        }

        // Its own pool alone: the grain is named by who proved its key.
        if (!await session.Pools.AttachAsync(attach.PoolId))
        {
            return Refusals.Reply(RefusalReason.UnknownChannel);
        }

        session.Names.Confirm(attach.PoolId, paid);
        return Accepted.Instance;
    }

    public async Task<GatewayReply> ReportAsync(EdgeSession session, RouteReport report)
    {
        if (!broker.IsProxy)
        {
            return RouteTexts.Reply(RouteRefusal.NoProxy, broker.StepBytes);
        }

        // An exit's own pool is known since it attached. Others wake a grain and a read of its record, and pay for it.
        if (!session.Names.TryName(report.PoolId, out var paid))
        {
            return Refusals.TooManyUnknown(session.Names);
        }

        var result = await grains.Pool(session.Node).Report(
            report.PoolId,
            report.Unit,
            [
                .. report.Counts.Select(signed => new TagCountEntry
                {
                    Tag = signed.Count.Tag,
                    Index = signed.Count.Index,
                    BytesUsed = signed.Count.BytesUsed,
                    TimestampMs = signed.Count.TimestampMs,
                    Signature = signed.Signature,
                }),
            ]);
        if (!result.IsKnown)
        {
            return Refusals.Reply(RefusalReason.UnknownChannel);
        }

        session.Names.Confirm(report.PoolId, paid);
        if (result.Unit == UnitRefusal.None && report.Unit is { } unit)
        {
            session.Paid.Take(report.PoolId, unit.Unit.BytesUsed);
        }

        return new RouteReportAck(Refusals.Of(result.Unit), [.. result.Counts.Select(ReasonOf)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private GatewayReply Reply(RouteOffer offer) => offer is { Refusal: RouteRefusal.None, Terms: { } terms, Grant: { Acceptance: { } acceptance } grant }
        ? new RouteGrant(
            terms,
            grant.ExpirySeconds,
            acceptance,
            offer.Exit,
            offer.Endpoint,
            offer.ExitPricePerMB,
            grant.Tag,
            grant.TagTimestampMs,
            grant.TagRandom,
            broker.StepBytes)
        : RouteTexts.Reply(offer.Refusal, broker.StepBytes);

    private static RefusalReason ReasonOf(CountRefusal refusal) => refusal switch
    {
        CountRefusal.None => RefusalReason.None,
        CountRefusal.UnknownTag => RefusalReason.UnknownTag,
        CountRefusal.BadCount => RefusalReason.Contradiction,
        CountRefusal.WrongSigner => RefusalReason.WrongSigner,
        CountRefusal.AboveCredit => RefusalReason.AboveCredit,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "The gateway protocol has no word for this refusal."),
    };
}
