using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>What a ledger remembers of a unit it signed, to recognise it when the other side names it.</summary>
/// <param name="Hash">The unit's hashStruct.</param>
/// <param name="Index">Its index.</param>
/// <param name="BytesUsed">Its count.</param>
/// <param name="TimestampMs">Its timestamp.</param>
public readonly record struct SentUnit(Bytes32 Hash, ulong Index, ulong BytesUsed, ulong TimestampMs);

/// <summary>
/// The units that the other side may still name as its counter unit: the last one it named and those signed since. Bounded.
/// </summary>
/// <remarks>
/// A handful are under way at once. If a peer names none for a very long time, the oldest unnamed one goes: should exactly
/// that one be named later, the unit naming it is refused, and the peer's next names a newer one.
/// </remarks>
internal sealed class SentUnits
{
    internal const int Capacity = 256;

    private readonly List<SentUnit> _units = [];

    internal SentUnits()
    {
    }

    internal SentUnits(IEnumerable<SentUnit> units) => _units.AddRange(units.TakeLast(Capacity));

    internal IReadOnlyList<SentUnit> Units => _units;

    internal void Add(UsageUnit unit)
    {
        if (_units.Count == Capacity)
        {
            // The first is the one named last, and may be named again.
            _units.RemoveAt(1);
        }

        _units.Add(new SentUnit(unit.StructHash(), unit.Index, unit.BytesUsed, unit.TimestampMs));
    }

    internal bool TryFind(Bytes32 hash, out SentUnit unit)
    {
        // The newest is the likeliest.
        for (int i = _units.Count - 1; i >= 0; i--)
        {
            if (_units[i].Hash == hash)
            {
                unit = _units[i];
                return true;
            }
        }

        unit = default;
        return false;
    }

    /// <summary>Forgets what is older than a unit that the other side has named.</summary>
    internal void Named(ulong index) => _units.RemoveAll(unit => unit.Index < index);
}
