using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Serialization;

namespace Tachyon.Grains.Tests.Upgrades;

/// <summary>A record as it was written once: its bytes, as each serializer makes them, and what they say.</summary>
/// <param name="Orleans">As hex; null where nobody wrote it with Orleans.</param>
/// <param name="StandIn">The same by the stand-in for feeds without Orleans.</param>
/// <param name="Says">What every later version reads from either.</param>
internal sealed record RecordFixture(string? Orleans, string? StandIn, string[] Says)
{
    private static readonly bool IsStandIn = typeof(Serializer).Assembly.GetName().Name != "Orleans.Serialization";

    /// <summary>The bytes that this build can read.</summary>
    [JsonIgnore]
    public string? OfThisBuild => IsStandIn ? StandIn : Orleans;

    /// <summary>With the bytes that this build wrote.</summary>
    public RecordFixture With(string hex) => IsStandIn ? this with { StandIn = hex } : this with { Orleans = hex };
}

/// <summary>The file of records of one version, by alias.</summary>
internal static class RecordFixtures
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string PathOf(int version) => RepositoryRoot.Combine("tests", "Tachyon.Grains.Tests", "Upgrades", $"records-v{version}.json");

    public static SortedDictionary<string, RecordFixture> Read(int version) => File.Exists(PathOf(version))
        ? new(JsonSerializer.Deserialize<Dictionary<string, RecordFixture>>(File.ReadAllText(PathOf(version)), Options)!, StringComparer.Ordinal)
        : new(StringComparer.Ordinal);

    public static void Write(int version, SortedDictionary<string, RecordFixture> fixtures) =>
        File.WriteAllText(PathOf(version), JsonSerializer.Serialize(fixtures, Options) + "\n");
}
