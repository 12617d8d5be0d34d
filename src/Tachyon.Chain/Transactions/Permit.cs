using System.Buffers.Binary;
using System.Numerics;
using Tachyon.Chain.Ethereum;

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
        var domain = Keccak256.Hash(AbiWords.Join(
            DomainType, TokenName, TokenVersion, AbiWords.Of(chainId), AbiWords.Of(token)));
        var message = Keccak256.Hash(AbiWords.Join(
            PermitType,
            AbiWords.Of(Owner),
            AbiWords.Of(Spender),
            AbiWords.Of(Value.BaseUnits),
            AbiWords.Of(Nonce),
            AbiWords.Of(DeadlineSeconds)));
        Span<byte> signed = stackalloc byte[2 + (2 * WordLength)];
        BinaryPrimitives.WriteUInt16BigEndian(signed, 0x1901);
        domain.CopyTo(signed[2..]);
        message.CopyTo(signed[(2 + WordLength)..]);
        return Keccak256.Hash(signed);
    }
}

/// <summary>A permit with its owner's signature.</summary>
public sealed record SignedPermit(Permit Permit, Signature Signature);
