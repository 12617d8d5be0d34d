using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.EvidenceFiles;

/// <summary>The EIP-712 domain; name and version are always "Tachyon" and "1".</summary>
public sealed record DomainExport
{
    /// <summary>The chain.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The contract, 0x and 40 hexadecimal digits.</summary>
    public required string VerifyingContract { get; init; }

    /// <summary>The domain in a file.</summary>
    public static DomainExport Of(Eip712Domain domain) => new() { ChainId = domain.ChainId, VerifyingContract = domain.VerifyingContract.ToString() };
}
