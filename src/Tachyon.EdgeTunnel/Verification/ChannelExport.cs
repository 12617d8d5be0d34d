using System.Text.Json.Serialization;

namespace Tachyon.EdgeTunnel.Verification;

// The file that `channels export` and silos write and `verify` reads (docs/evidence.md). Fields are only added; what a reader does not
// know it ignores, so that another version of the file is one that cannot be read in the old way.

/// <summary>A channel's record: terms, units, closures, and how it ended.</summary>
internal sealed record ChannelExport
{
    /// <summary>The version that this program reads and writes.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required DomainExport Domain { get; init; }

    public required string ChannelId { get; init; }

    public required TermsExport Terms { get; init; }

    /// <summary>With all top-ups that the writer knows.</summary>
    public required ulong CapacityBytes { get; init; }

    /// <summary>What claims have paid for, as the writer saw it.</summary>
    public ulong PaidBytes { get; init; }

    /// <summary>By index. Those that cross a checkpoint, the ones they name, and the newest; not every one.</summary>
    public required IReadOnlyList<UnitExport> ConsumerUnits { get; init; }

    public required IReadOnlyList<UnitExport> ProviderUnits { get; init; }

    public required IReadOnlyList<ClosureExport> Closures { get; init; }

    /// <summary>How the channel ended on chain, as the exporter saw it; null before.</summary>
    public SettlementExport? Settlement { get; init; }
}

/// <summary>The EIP-712 domain; name and version are always "Tachyon" and "1".</summary>
internal sealed record DomainExport
{
    public required ulong ChainId { get; init; }

    public required string VerifyingContract { get; init; }
}

/// <summary>The terms, with the opening capacity.</summary>
internal sealed record TermsExport
{
    public required string Consumer { get; init; }

    public required string Provider { get; init; }

    public required ulong CapacityBytes { get; init; }

    /// <summary>Base units, decimal.</summary>
    public required string PricePerMB { get; init; }

    public required uint TolerancePpm { get; init; }

    /// <summary>direct or lock.</summary>
    public required string Kind { get; init; }

    public required string Salt { get; init; }
}

/// <summary>A unit; channel and parties are those of the terms.</summary>
internal sealed record UnitExport
{
    public required ulong Index { get; init; }

    public required ulong BytesUsed { get; init; }

    public required ulong TimestampMs { get; init; }

    public required string CounterUnit { get; init; }

    public required string Signature { get; init; }
}

/// <summary>A closure that one side signed.</summary>
internal sealed record ClosureExport
{
    public required string Signer { get; init; }

    public required ulong BytesUsed { get; init; }

    public required ulong ValidUntilSeconds { get; init; }

    public required string Signature { get; init; }
}

/// <summary>What the chain paid out. Amounts in base units, decimal.</summary>
internal sealed record SettlementExport
{
    public required ulong BytesUsed { get; init; }

    public required string Paid { get; init; }

    public required string Burned { get; init; }

    public required string Refunded { get; init; }

    public required string TransactionHash { get; init; }

    public required ulong BlockNumber { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ChannelExport))]
[JsonSerializable(typeof(VerdictDocument))]
internal sealed partial class VerificationJson : JsonSerializerContext;
