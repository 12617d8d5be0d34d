using Tachyon.Protocol.Channels;

namespace Tachyon.Protocol.EvidenceFiles;

/// <summary>The terms, with the opening capacity.</summary>
public sealed record TermsExport
{
    /// <summary>0x and 40 hexadecimal digits.</summary>
    public required string Consumer { get; init; }

    /// <summary>0x and 40 hexadecimal digits.</summary>
    public required string Provider { get; init; }

    /// <summary>The opening capacity.</summary>
    public required ulong CapacityBytes { get; init; }

    /// <summary>Base units, decimal.</summary>
    public required string PricePerMB { get; init; }

    /// <summary>In parts per million.</summary>
    public required uint TolerancePpm { get; init; }

    /// <summary>direct or lock.</summary>
    public required string Kind { get; init; }

    /// <summary>0x and 64 hexadecimal digits.</summary>
    public required string Salt { get; init; }

    /// <summary>Terms in a file.</summary>
    public static TermsExport Of(Terms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return new()
        {
            Consumer = terms.Consumer.ToString(),
            Provider = terms.Provider.ToString(),
            CapacityBytes = terms.CapacityBytes,
            PricePerMB = terms.PricePerMB.ToString(),
            TolerancePpm = terms.TolerancePpm,
            Kind = terms.Kind.ToString().ToLowerInvariant(),
            Salt = terms.Salt.ToString(),
        };
    }
}
