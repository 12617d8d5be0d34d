using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>A secp256k1 public key as its two coordinates.</summary>
public readonly record struct PublicKey(Bytes32 X, Bytes32 Y)
{
    /// <summary>Bytes of x ‖ y.</summary>
    public const int Length = 64;

    /// <summary>Reads x ‖ y, 64 bytes.</summary>
    /// <exception cref="ArgumentException">The length is not 64.</exception>
    public static PublicKey FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A public key has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        return new PublicKey(Bytes32.FromBytes(bytes[..32]), Bytes32.FromBytes(bytes[32..]));
    }

    /// <summary>Writes x ‖ y to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        X.CopyTo(destination);
        Y.CopyTo(destination[32..]);
    }

    /// <summary>Bytes of the compressed form.</summary>
    public const int CompressedLength = 33;

    /// <summary>Writes the compressed form, 33 bytes: 2 where y is even and 3 where it is odd, then x.</summary>
    public void CompressTo(Span<byte> destination)
    {
        Span<byte> y = stackalloc byte[Bytes32.Length];
        Y.CopyTo(y);
        destination[0] = (byte)(2 | (y[^1] & 1));
        X.CopyTo(destination[1..]);
    }

    /// <summary>The node's address: the last 20 bytes of keccak256(x ‖ y).</summary>
    public Address ToAddress()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        Span<byte> hash = stackalloc byte[Keccak256.HashLength];
        Keccak256.Hash(bytes, hash);
        return Address.FromBytes(hash[12..]);
    }
}
