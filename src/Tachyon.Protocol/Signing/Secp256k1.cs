using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>The curve: signing, and recovering the key that signed. Thread-safe.</summary>
public abstract class Secp256k1
{
    /// <summary>Bytes of a private key.</summary>
    public const int PrivateKeyLength = 32;

    private static readonly Lazy<Secp256k1> Chosen = new(() =>
        NativeSecp256k1.TryLoad(out NativeSecp256k1? native) ? native : new ManagedSecp256k1());

    /// <summary>libsecp256k1 where it is installed, else the managed fallback, which is about fifty times slower.</summary>
    public static Secp256k1 Default => Chosen.Value;

    /// <summary>Whether this is libsecp256k1.</summary>
    public abstract bool IsNative { get; }

    /// <summary>What to tell the user when this is the fallback, else null: which package to install, and why.</summary>
    public string? Warning => IsNative
        ? null
        : "libsecp256k1 was not found: signing and verifying run in managed code, about fifty times slower and not in "
            + "constant time. Install it (Debian and Ubuntu: apt install libsecp256k1-1, or libsecp256k1-2 on newer "
            + "releases) and start again.";

    /// <summary>Whether these are 32 bytes between 1 and the curve's order.</summary>
    public abstract bool IsPrivateKey(ReadOnlySpan<byte> privateKey);

    /// <summary>The public key of a private key.</summary>
    /// <exception cref="ArgumentException">Not a private key.</exception>
    public abstract PublicKey PublicKeyOf(ReadOnlySpan<byte> privateKey);

    /// <summary>Signs a digest, deterministically (RFC 6979), with low s and v 27 or 28.</summary>
    /// <exception cref="ArgumentException">Not a private key.</exception>
    internal abstract Signature Sign(ReadOnlySpan<byte> privateKey, Bytes32 digest);

    /// <summary>The only key for which the contract's recovery accepts the signature; false where there is none.</summary>
    internal abstract bool TryRecover(Bytes32 digest, Signature signature, out PublicKey publicKey);

    private protected static ArgumentException NotAPrivateKey() =>
        new("Not a secp256k1 private key: 32 bytes between 1 and the curve's order.", "privateKey");
}
