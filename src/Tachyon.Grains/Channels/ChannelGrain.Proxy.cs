namespace Tachyon.Grains.Channels;

/// <content>The operator's own channels as a proxy: locks that pay it, and pools through which it pays exits.</content>
internal sealed partial class ChannelGrain
{
    /// <summary>How long after it was told that its channel is abandoned a proxy is told again, in seconds.</summary>
    private const ulong AbandonedAgainSeconds = 3_600;

    /// <summary>
    /// How long a pool waits for its first unit, in seconds: whoever it was opened for is as a rule there. One whose lock was closed
    /// meanwhile would keep a step of the proxy's tokens, and a slot of the exit's, for nobody.
    /// </summary>
    private const ulong FirstUseSeconds = 3_600;

    private bool IsOwn(Terms terms) => _proxy.IsOwnLock(terms) || _proxy.IsOwnPool(terms);

    /// <summary>One way, since the proxy may be waiting for this channel; before it promises anything it looks here.</summary>
    private Task TellProxy()
    {
        if (ChannelFigures.View(_id, _record.Durable) is not { } view)
        {
            return Task.CompletedTask;
        }

        return _proxy.IsOwnLock(view.Terms) ? GrainFactory.Proxy(_id).LockChanged(view)
            : _proxy.IsOwnPool(view.Terms) ? GrainFactory.Pool(view.Terms.Provider).PoolChanged(view)
            : Task.CompletedTask;
    }

    private Task TellAbandoned(Terms terms) =>
        _proxy.IsOwnLock(terms) ? GrainFactory.Proxy(_id).Abandoned() : GrainFactory.Pool(terms.Provider).Abandoned(_id);

    private bool IsAbandoned(ChannelRecord record) =>
        record is { Phase: ChannelPhase.Active, Terms: { } terms } && IsOwn(terms) && NowSeconds >= UnusedUntil(record);

    /// <summary>When the channel next needs to be looked at without anyone calling, Unix seconds; 0 for never.</summary>
    private ulong Deadline(ChannelRecord record, ulong nowSeconds, PlanLimits limits)
    {
        ulong planned = ChannelPlan.Deadline(record, nowSeconds, limits) ?? 0;
        if (record is not { Phase: ChannelPhase.Active, Terms: { } terms } || !IsOwn(terms))
        {
            return planned;
        }

        ulong unused = UnusedUntil(record);
        ulong abandoned = nowSeconds < unused ? unused : nowSeconds + AbandonedAgainSeconds;
        return planned == 0 ? abandoned : Math.Min(planned, abandoned);
    }

    /// <summary>When nobody will have used it for long. Without a unit it is the first time that was set for it.</summary>
    private ulong UnusedUntil(ChannelRecord record)
    {
        ulong idleSeconds = (ulong)_proxyIdleAge.TotalSeconds;
        if (record.Evidence.ConsumerUnit is { } unit)
        {
            return (unit.Unit.TimestampMs / 1_000) + idleSeconds;
        }

        return record.DeadlineSeconds != 0
            ? record.DeadlineSeconds
            : NowSeconds + (_proxy.IsOwnPool(record.Terms!) ? Math.Min(idleSeconds, FirstUseSeconds) : idleSeconds);
    }
}
