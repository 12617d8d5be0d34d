using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>
/// The EIP-712 domain of every Tachyon message: {name "Tachyon", version "1", chainId, verifyingContract}.
/// </summary>
/// <remarks>Immutable; the separator is computed once. Two domains with equal chain and contract are equal.</remarks>
public sealed class Eip712Domain : IEquatable<Eip712Domain>
{
    /// <summary>The domain's name.</summary>
    public const string Name = "Tachyon";

    /// <summary>The domain's version.</summary>
    public const string Version = "1";

    private static readonly Bytes32 TypeHash = Keccak256.HashText(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// <summary>The domain of the channel contract at an address of a chain.</summary>
    public Eip712Domain(ulong chainId, Address verifyingContract)
    {
        ChainId = chainId;
        VerifyingContract = verifyingContract;

        Span<byte> buffer = stackalloc byte[5 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(Keccak256.HashText(Name));
        encoder.Write(Keccak256.HashText(Version));
        encoder.Write(chainId);
        encoder.Write(verifyingContract);
        Span<byte> hash = stackalloc byte[Keccak256.HashLength];
        encoder.Hash(hash);
        Separator = Bytes32.FromBytes(hash);
    }

    /// <summary>The chain's number.</summary>
    public ulong ChainId { get; }

    /// <summary>The channel contract's address.</summary>
    public Address VerifyingContract { get; }

    /// <summary>hashStruct of the domain.</summary>
    public Bytes32 Separator { get; }

    /// <summary>Whether both are the same domain.</summary>
    public static bool operator ==(Eip712Domain? left, Eip712Domain? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they are different domains.</summary>
    public static bool operator !=(Eip712Domain? left, Eip712Domain? right) => !(left == right);

    /// <inheritdoc />
    public bool Equals(Eip712Domain? other) =>
        other is not null && ChainId == other.ChainId && VerifyingContract == other.VerifyingContract;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Eip712Domain);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(ChainId, VerifyingContract);

    /// <inheritdoc />
    public override string ToString() => $"{Name} {Version}, chain {ChainId}, contract {VerifyingContract}";
}
