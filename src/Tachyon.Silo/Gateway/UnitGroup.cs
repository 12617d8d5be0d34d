using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// The entries of one request that are of the same channel and name the same parties. Units are cumulative, so the newest
/// of each side stand for all of them. An entry with a unit that nobody could take stands alone, so that it is refused.
/// </summary>
internal sealed class UnitGroup
{
    private readonly List<int> _places = [];
    private SignedUnit? _consumerUnit;
    private SignedUnit? _providerUnit;

    private UnitGroup()
    {
    }

    /// <summary>Where the entries stand in the request, ascending.</summary>
    public IReadOnlyList<int> Places => _places;

    /// <summary>The newest unit of each side among all entries.</summary>
    public ChannelUnits Newest => new(_consumerUnit, _providerUnit);

    /// <summary>The groups of a request, in the order in which their channels first appear.</summary>
    public static IReadOnlyCollection<UnitGroup> Of(IReadOnlyList<ChannelUnits> entries)
    {
        var groups = new Dictionary<(ChannelId, Address, Address, int?), UnitGroup>(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var unit = (entries[i].ConsumerUnit ?? entries[i].ProviderUnit)!.Unit;
            var isWellFormed = IsWellFormed(entries[i].ConsumerUnit) && IsWellFormed(entries[i].ProviderUnit);
            var key = (unit.ChannelId, unit.Consumer, unit.Provider, isWellFormed ? default(int?) : i);
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = new UnitGroup());
            }

            group._places.Add(i);
            group._consumerUnit = UnitOrder.Newest(group._consumerUnit, entries[i].ConsumerUnit);
            group._providerUnit = UnitOrder.Newest(group._providerUnit, entries[i].ProviderUnit);
        }

        return groups.Values;
    }

    private static bool IsWellFormed(SignedUnit? unit) =>
        unit is null || (unit.Unit.Index > 0 && ByteCounts.IsWholeKB(unit.Unit.BytesUsed));
}
