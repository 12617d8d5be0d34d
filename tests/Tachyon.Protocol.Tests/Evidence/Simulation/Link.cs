using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Evidence.Simulation;

/// <summary>What travels between the two ends: a payload, a unit, or a provider's statement.</summary>
internal readonly record struct Parcel(int PayloadBytes, SignedUnit? Unit, ulong? StatedBytes);

/// <summary>
/// One direction of a link in simulated time. As a connection it keeps order and loses everything under way when it breaks;
/// as datagrams it loses and reorders single parcels.
/// </summary>
internal sealed class Link(Random random)
{
    private readonly PriorityQueue<Parcel, (ulong DueMs, long Order)> _underWay = new();
    private long _order;
    private ulong _lastDueMs;

    internal ulong DelayMs { get; set; } = 5;

    internal bool IsDatagrams { get; set; }

    /// <summary>Chance of a datagram to be lost, in parts per million.</summary>
    internal int LossPpm { get; set; }

    internal ulong LostPayloadBytes { get; private set; }

    internal int UnderWay => _underWay.Count;

    internal void Send(Parcel parcel, ulong nowMs)
    {
        if (IsDatagrams && random.Next(1_000_000) < LossPpm)
        {
            LostPayloadBytes += (ulong)parcel.PayloadBytes;
            return;
        }

        ulong due = nowMs + DelayMs + (IsDatagrams ? (ulong)random.Next((int)(DelayMs / 2) + 1) : 0);
        if (!IsDatagrams)
        {
            due = Math.Max(due, _lastDueMs);
            _lastDueMs = due;
        }

        _underWay.Enqueue(parcel, (due, _order++));
    }

    internal bool TryReceive(ulong nowMs, out Parcel parcel)
    {
        if (_underWay.TryPeek(out _, out (ulong DueMs, long) key) && key.DueMs <= nowMs)
        {
            parcel = _underWay.Dequeue();
            return true;
        }

        parcel = default;
        return false;
    }

    internal void Break()
    {
        foreach ((Parcel parcel, _) in _underWay.UnorderedItems)
        {
            LostPayloadBytes += (ulong)parcel.PayloadBytes;
        }

        _underWay.Clear();
        _lastDueMs = 0;
    }
}
