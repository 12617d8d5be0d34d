namespace Tachyon.Grains.Proxies;

/// <summary>
/// The routes through a pool that were granted and whose locks nobody has opened yet: how many there may be, in all and of one consumer.
/// A place is free again once the route's acceptance has expired. Memory only; it costs nothing to ask, so no more than that is kept.
/// </summary>
internal sealed class UnlockedRoutes
{
    /// <summary>The most of one consumer: one that asks again with other salts must not take the places of others.</summary>
    internal const int MaxOfOne = 8;

    private readonly Dictionary<ChannelId, (Address Consumer, ulong UntilMs)> _places = [];
    private readonly Dictionary<Address, int> _ofConsumer = [];
    private readonly Queue<(ChannelId LockId, ulong UntilMs)> _ending = new();

    /// <summary>How many places are taken.</summary>
    internal int Count => _places.Count;

    /// <summary>Takes or renews a place. False where <paramref name="most"/> are taken, or <see cref="MaxOfOne"/> by this consumer.</summary>
    internal bool TryHold(ChannelId lockId, Address consumer, ulong nowMs, int most)
    {
        while (_ending.TryPeek(out (ChannelId LockId, ulong UntilMs) oldest) && oldest.UntilMs <= nowMs)
        {
            _ending.Dequeue();
            if (_places.TryGetValue(oldest.LockId, out (Address Consumer, ulong UntilMs) place) && place.UntilMs == oldest.UntilMs)
            {
                Release(oldest.LockId);
            }
        }

        bool isKnown = _places.ContainsKey(lockId);
        int ofConsumer = _ofConsumer.GetValueOrDefault(consumer);
        if (!isKnown && (_places.Count >= most || ofConsumer >= MaxOfOne))
        {
            return false;
        }

        ulong untilMs = nowMs + (ProxyGrain.AcceptanceSeconds * 1_000);
        _ofConsumer[consumer] = isKnown ? ofConsumer : ofConsumer + 1;
        _places[lockId] = (consumer, untilMs);
        _ending.Enqueue((lockId, untilMs));
        return true;
    }

    /// <summary>The lock is open and used, or its time is over.</summary>
    internal void Release(ChannelId lockId)
    {
        if (!_places.Remove(lockId, out (Address Consumer, ulong UntilMs) place))
        {
            return;
        }

        if (--_ofConsumer[place.Consumer] == 0)
        {
            _ofConsumer.Remove(place.Consumer);
        }
    }
}
