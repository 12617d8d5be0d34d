using System.Buffers.Binary;
using System.Numerics;

namespace Tachyon.Chain;

/// <summary>A permit of the token (EIP-2612): the payment channels may take an amount from its owner.</summary>
/// <param name="Owner">whose tokens</param>
/// <param name="Spender">who may take them</param>
/// <param name="Value">at most how many</param>
/// <param name="Nonce">the owner's permits so far</param>
/// <param name="DeadlineSeconds">Unix seconds, inclusive</param>
public sealed record Permit(Address Owner, Address Spender, TokenAmount Value, BigInteger Nonce, ulong DeadlineSeconds)
{
    private const int WordLength = 32;

    // The token's own EIP-712 domain, not the protocol's.
    private static readonly Bytes32 TokenName = Keccak256.HashText("IPX Token");
    private static readonly Bytes32 TokenVersion = Keccak256.HashText("1");

    private static readonly Bytes32 DomainType = Keccak256.HashText(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    private static readonly Bytes32 PermitType = Keccak256.HashText(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    /// <summary>What the owner signs.</summary>
    internal Bytes32 Digest(ulong chainId, Address token)
    {
        var domain = Hash(DomainType, TokenName, TokenVersion, Word(chainId), Word(token));
        var message = Hash(
            PermitType, Word(Owner), Word(Spender), Word(Value.BaseUnits), Word(Nonce), Word(DeadlineSeconds));
        Span<byte> signed = stackalloc byte[2 + (2 * WordLength)];
        BinaryPrimitives.WriteUInt16BigEndian(signed, 0x1901);
        domain.CopyTo(signed[2..]);
        message.CopyTo(signed[(2 + WordLength)..]);
        return Keccak256.Hash(signed);
    }

    private static Bytes32 Hash(params ReadOnlySpan<Bytes32> words)
    {
        Span<byte> encoded = stackalloc byte[words.Length * WordLength];
        for (var i = 0; i < words.Length; i++)
        {
            words[i].CopyTo(encoded[(i * WordLength)..]);
        }

        return Keccak256.Hash(encoded);
    }

    private static Bytes32 Word(Address address)
    {
        Span<byte> word = stackalloc byte[WordLength];
        word.Clear();
        address.CopyTo(word[(WordLength - Address.Length)..]);
        return Bytes32.FromBytes(word);
    }

    private static Bytes32 Word(BigInteger number)
    {
        Span<byte> word = stackalloc byte[WordLength];
        word.Clear();
        var length = number.GetByteCount(isUnsigned: true);
        number.TryWriteBytes(word[(WordLength - length)..], out _, isUnsigned: true, isBigEndian: true);
        return Bytes32.FromBytes(word);
    }
}

/// <summary>A permit with its owner's signature.</summary>
public sealed record SignedPermit(Permit Permit, Signature Signature);
