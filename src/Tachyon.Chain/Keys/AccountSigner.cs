using System.Security.Cryptography;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Model;

namespace Tachyon.Chain.Keys;

/// <summary>An account's key in memory. Disposing wipes it.</summary>
/// <remarks>
/// It signs with the protocol's curve and leaves only the encoding to Nethereum: that library's own key drops a leading
/// zero byte, after which its fast way of signing throws.
/// </remarks>
public sealed class AccountSigner : IAccountSigner, INodeSigner, IDisposable
{
    private readonly byte[] key;
    private bool disposed;

    /// <param name="privateKey">32 bytes, which are copied</param>
    /// <exception cref="ArgumentException">The bytes are not a private key of the curve.</exception>
    public AccountSigner(ReadOnlySpan<byte> privateKey)
    {
        Address = Secp256k1.Default.PublicKeyOf(privateKey).ToAddress();
        // Pinned, so that the collector leaves no copies behind that could not be wiped.
        key = GC.AllocateArray<byte>(privateKey.Length, pinned: true);
        privateKey.CopyTo(key);
    }

    /// <inheritdoc />
    public Address Address { get; }

    /// <inheritdoc />
    public SignedTransaction Sign(UnsignedTransaction transaction)
    {
        var encoded = new Transaction1559(
            transaction.ChainId,
            transaction.Nonce,
            transaction.Fees.MaxPriorityFeePerGas,
            transaction.Fees.MaxFeePerGas,
            transaction.GasLimit,
            transaction.To?.ToString(),
            0,
            transaction.Data.ToArray().ToHex(true),
            null);
        var signature = Sign(Bytes32.FromBytes(encoded.RawHash));
        encoded.SetSignature(new Nethereum.Model.Signature(
            signature.R.ToArray(), signature.S.ToArray(), [(byte)(signature.V - 27)]));
        var raw = encoded.GetRLPEncoded();
        return new SignedTransaction(Keccak256.Hash(raw), raw);
    }

    /// <inheritdoc />
    public SignedPermit Sign(Permit permit, ulong chainId, Address token)
    {
        if (permit.Owner != Address)
        {
            throw new SigningRefusedException(Address, $"a permit over the tokens of {permit.Owner} is not this account's to sign.");
        }

        return new SignedPermit(permit, Sign(permit.Digest(chainId, token)));
    }

    /// <inheritdoc />
    public Protocol.Signing.Signature Sign<TMessage>(TMessage message, Eip712Domain domain)
        where TMessage : ITypedMessage => Sign(TypedData.Digest(message, domain));

    /// <inheritdoc />
    public void Dispose()
    {
        lock (key)
        {
            disposed = true;
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private Protocol.Signing.Signature Sign(Bytes32 digest)
    {
        lock (key)
        {
            return disposed
                ? throw new SigningRefusedException(Address, "the signer is closed.")
                : Secp256k1.Default.Sign(key, digest);
        }
    }
}
