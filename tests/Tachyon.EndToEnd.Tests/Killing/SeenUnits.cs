using System.Text.Json;

namespace Tachyon.EndToEnd.Tests.Killing;

/// <summary>
/// Every unit that was seen of both sides of a channel, in either journal or at the silo, before and after kills. What a side
/// signed stands: one index has one content, and a higher index never fewer bytes.
/// </summary>
internal sealed class SeenUnits
{
    private readonly Dictionary<string, SortedDictionary<ulong, (ulong Bytes, string Content)>> _units = new()
    {
        ["consumerUnits"] = [],
        ["providerUnits"] = [],
    };

    public int Count => _units.Values.Sum(units => units.Count);

    /// <summary>Takes in a record in the format of docs/evidence.md, and checks it against all before.</summary>
    public void Add(string record, string where)
    {
        using var document = JsonDocument.Parse(record);
        foreach (var (side, units) in _units)
        {
            foreach (var unit in document.RootElement.GetProperty(side).EnumerateArray())
            {
                var index = unit.GetProperty("index").GetUInt64();
                // Not the signature: a unit that is signed anew with the same content says nothing else.
                var content = $"{unit.GetProperty("bytesUsed")} {unit.GetProperty("timestampMs")} {unit.GetProperty("counterUnit")}";
                Assert.True(
                    !units.TryGetValue(index, out var before) || before.Content == content,
                    $"{side} {index} says \"{content}\" in {where}, and said \"{before.Content}\"");
                units[index] = (unit.GetProperty("bytesUsed").GetUInt64(), content);
            }

            var rising = units.Values.Select(unit => unit.Bytes).ToList();
            Assert.True(rising.SequenceEqual(rising.Order()), $"{side} state less than they did, in {where}: {string.Join(' ', units.Select(unit => $"{unit.Key}:{unit.Value.Bytes}"))}");
        }
    }
}
