using System.Security.Cryptography;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>A signer with its private key in memory. Disposing wipes the key.</summary>
public sealed class KeySigner : INodeSigner, IDisposable
{
    private readonly Secp256k1 _curve;
    private readonly byte[] _privateKey;
    private volatile bool _disposed;

    /// <summary>A signer for a private key of 32 bytes, which are copied.</summary>
    /// <exception cref="ArgumentException">The bytes are not a private key of the curve.</exception>
    public KeySigner(ReadOnlySpan<byte> privateKey, Secp256k1? curve = null)
    {
        _curve = curve ?? Secp256k1.Default;
        if (!_curve.IsPrivateKey(privateKey))
        {
            throw new ArgumentException("Not a secp256k1 private key: 32 bytes between 1 and the curve's order.", nameof(privateKey));
        }

        // Pinned, so that the collector leaves no copies behind that could not be wiped.
        _privateKey = GC.AllocateArray<byte>(privateKey.Length, pinned: true);
        privateKey.CopyTo(_privateKey);
        PublicKey = _curve.PublicKeyOf(_privateKey);
        Address = PublicKey.ToAddress();
    }

    /// <inheritdoc />
    public Address Address { get; }

    /// <summary>The public key.</summary>
    public PublicKey PublicKey { get; }

    /// <inheritdoc />
    public Signature Sign<TMessage>(TMessage message, Eip712Domain domain)
        where TMessage : ITypedMessage
    {
        Bytes32 digest = TypedData.Digest(message, domain);
        lock (_privateKey)
        {
            return _disposed
                ? throw new SigningRefusedException(Address, "the signer is closed.")
                : _curve.Sign(_privateKey, digest);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_privateKey)
        {
            _disposed = true;
            CryptographicOperations.ZeroMemory(_privateKey);
        }
    }
}
