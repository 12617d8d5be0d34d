using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Units;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// The entries of one request that are of the same channel and name the same parties. Units are cumulative, so the newest
/// of each side stand for all of them. An entry with a unit that nobody could take stands alone, so that it is refused.
/// </summary>
internal sealed class UnitGroup
{
    private readonly bool _isWellFormed;
    private readonly int _firstPlace;
    private ChannelUnits _newest;

    // Most requests name each channel once.
    private List<int>? _laterPlaces;

    private UnitGroup(ChannelUnits entry, int place, bool isWellFormed)
    {
        _newest = entry;
        _firstPlace = place;
        _isWellFormed = isWellFormed;
    }

    /// <summary>The newest unit of each side among all entries.</summary>
    public ChannelUnits Newest => _newest;

    /// <summary>Whether there is but one entry.</summary>
    public bool IsSingle => _laterPlaces is null;

    /// <summary>Where the entries stand in the request, ascending.</summary>
    public IEnumerable<int> Places => [_firstPlace, .. _laterPlaces ?? []];

    /// <summary>The groups of a request, in the order in which they begin there.</summary>
    public static List<UnitGroup> Of(IReadOnlyList<ChannelUnits> entries)
    {
        var groups = new List<UnitGroup>();
        for (var place = 0; place < entries.Count; place++)
        {
            var entry = entries[place];
            var isWellFormed = IsWellFormed(entry.ConsumerUnit) && IsWellFormed(entry.ProviderUnit);

            var group = isWellFormed ? Find(groups, entry) : null;
            if (group is null)
            {
                groups.Add(new UnitGroup(entry, place, isWellFormed));
            }
            else
            {
                group.Add(entry, place);
            }
        }

        return groups;
    }

    private static UnitGroup? Find(List<UnitGroup> groups, ChannelUnits entry)
    {
        // From the end, because an edge that sends many units of a channel sends them in a row.
        for (var i = groups.Count - 1; i >= 0; i--)
        {
            if (groups[i]._isWellFormed && IsSameChannel(groups[i]._newest, entry))
            {
                return groups[i];
            }
        }

        return null;
    }

    private void Add(ChannelUnits entry, int place)
    {
        (_laterPlaces ??= []).Add(place);
        var consumerUnit = UnitOrder.Newest(_newest.ConsumerUnit, entry.ConsumerUnit);
        var providerUnit = UnitOrder.Newest(_newest.ProviderUnit, entry.ProviderUnit);
        _newest = ReferenceEquals(consumerUnit, entry.ConsumerUnit) && ReferenceEquals(providerUnit, entry.ProviderUnit)
            ? entry
            : new ChannelUnits(consumerUnit, providerUnit);
    }

    private static bool IsWellFormed(SignedUnit? unit) =>
        unit is null || (unit.Unit.Index > 0 && ByteCounts.IsWholeKB(unit.Unit.BytesUsed));

    private static bool IsSameChannel(ChannelUnits one, ChannelUnits other)
    {
        var first = (one.ConsumerUnit ?? one.ProviderUnit)!.Unit;
        var second = (other.ConsumerUnit ?? other.ProviderUnit)!.Unit;
        return first.ChannelId == second.ChannelId && first.Consumer == second.Consumer && first.Provider == second.Provider;
    }
}
