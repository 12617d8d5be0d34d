using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.EvidenceFiles;

/// <summary>A closure that one side signed.</summary>
public sealed record ClosureExport
{
    /// <summary>One of the two parties.</summary>
    public required string Signer { get; init; }

    /// <summary>What both are to agree on.</summary>
    public required ulong BytesUsed { get; init; }

    /// <summary>Inclusive, in seconds.</summary>
    public required ulong ValidUntilSeconds { get; init; }

    /// <summary>r ‖ s ‖ v, 0x and 130 hexadecimal digits.</summary>
    public required string Signature { get; init; }

    /// <summary>A closure in a file, with the party that signed it.</summary>
    public static ClosureExport Of(Address signer, SignedClosure signed)
    {
        ArgumentNullException.ThrowIfNull(signed);
        return new()
        {
            Signer = signer.ToString(),
            BytesUsed = signed.Closure.BytesUsed,
            ValidUntilSeconds = signed.Closure.ValidUntilSeconds,
            Signature = signed.Signature.ToString(),
        };
    }
}
