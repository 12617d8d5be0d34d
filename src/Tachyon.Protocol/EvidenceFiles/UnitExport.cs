using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.EvidenceFiles;

/// <summary>A unit; channel and parties are those of the terms.</summary>
public sealed record UnitExport
{
    /// <summary>Counts per signer from 1.</summary>
    public required ulong Index { get; init; }

    /// <summary>What it states.</summary>
    public required ulong BytesUsed { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required ulong TimestampMs { get; init; }

    /// <summary>The hash of the unit that it names; zero for none.</summary>
    public required string CounterUnit { get; init; }

    /// <summary>r ‖ s ‖ v, 0x and 130 hexadecimal digits.</summary>
    public required string Signature { get; init; }

    /// <summary>A unit in a file.</summary>
    public static UnitExport Of(SignedUnit signed)
    {
        ArgumentNullException.ThrowIfNull(signed);
        return new()
        {
            Index = signed.Unit.Index,
            BytesUsed = signed.Unit.BytesUsed,
            TimestampMs = signed.Unit.TimestampMs,
            CounterUnit = signed.Unit.CounterUnit.ToString(),
            Signature = signed.Signature.ToString(),
        };
    }
}
