using System.Text.Json.Serialization;

namespace Tachyon.Protocol.EvidenceFiles;

/// <summary>A channel's record: terms, units, closures, and how it ended. What edges and silos export and `tachyon-edge verify` reads (docs/evidence.md).</summary>
/// <remarks>
/// Shapes of JSON, with camel-case names. Fields are only added; what a reader does not know it ignores, so that another version of
/// the file is one that cannot be read in the old way.
/// </remarks>
public sealed record ChannelExport
{
    /// <summary>The version that this program reads and writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>A reader refuses a number that it does not know.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>What every signature is for.</summary>
    public required DomainExport Domain { get; init; }

    /// <summary>0x and 64 hexadecimal digits; what the terms give under the domain.</summary>
    public required string ChannelId { get; init; }

    /// <summary>With the opening capacity.</summary>
    public required TermsExport Terms { get; init; }

    /// <summary>With all top-ups that the writer knows.</summary>
    public required ulong CapacityBytes { get; init; }

    /// <summary>What claims have paid for, as the writer saw it.</summary>
    public ulong PaidBytes { get; init; }

    /// <summary>By index. A silo has the newest; an edge those that cross a checkpoint, the ones they name, and the newest.</summary>
    public required IReadOnlyList<UnitExport> ConsumerUnits { get; init; }

    /// <summary>As <see cref="ConsumerUnits"/>.</summary>
    public required IReadOnlyList<UnitExport> ProviderUnits { get; init; }

    /// <summary>Of either side.</summary>
    public required IReadOnlyList<ClosureExport> Closures { get; init; }

    /// <summary>How the channel ended on chain, as the writer saw it; left out before, and where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SettlementExport? Settlement { get; init; }
}
