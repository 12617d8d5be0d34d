using System.Diagnostics.CodeAnalysis;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>
/// A secp256k1 signature of 65 bytes, r ‖ s ‖ v: low s only, v 27 or 28, exactly what the contract accepts
/// (protocol, Units).
/// </summary>
/// <remarks>
/// A value may hold any 65 bytes, so that what a peer sent can be kept and shown; <see cref="Check"/> tells whether it
/// is of the accepted form, and <see cref="SignatureVerifier"/> checks it always. The default value is refused.
/// </remarks>
public readonly record struct Signature(Bytes32 R, Bytes32 S, byte V)
{
    /// <summary>Bytes of a signature.</summary>
    public const int Length = 65;

    /// <summary>The order of the curve's group.</summary>
    internal static readonly Bytes32 CurveOrder =
        Bytes32.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    /// <summary>Half of the order, rounded down: the greatest s accepted.</summary>
    internal static readonly Bytes32 HalfCurveOrder =
        Bytes32.Parse("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

    /// <summary>Reads exactly 65 bytes, whatever they hold.</summary>
    /// <exception cref="ArgumentException">The length is not 65.</exception>
    public static Signature FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A signature has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        return new Signature(Bytes32.FromBytes(bytes[..32]), Bytes32.FromBytes(bytes[32..64]), bytes[64]);
    }

    /// <summary>Reads what a peer sent; anything but the accepted form is named by its fault.</summary>
    /// <returns><see cref="SignatureFault.None"/> when <paramref name="signature"/> is of the accepted form.</returns>
    public static SignatureFault Read(ReadOnlySpan<byte> bytes, out Signature signature)
    {
        if (bytes.Length != Length)
        {
            signature = default;
            return SignatureFault.WrongLength;
        }

        signature = FromBytes(bytes);
        return signature.Check();
    }

    /// <summary>Reads 0x and 130 hexadecimal digits, whatever they hold.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Signature signature)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bool valid = text is not null && Hex.TryParse(text, bytes);
        signature = valid ? FromBytes(bytes) : default;
        return valid;
    }

    /// <summary>Whether the signature is of the accepted form. Says nothing about who signed.</summary>
    public SignatureFault Check()
    {
        if (V is not (27 or 28))
        {
            return SignatureFault.BadV;
        }

        if (R.IsZero || R >= CurveOrder)
        {
            return SignatureFault.ROutOfRange;
        }

        if (S.IsZero || S >= CurveOrder)
        {
            return SignatureFault.SOutOfRange;
        }

        return S > HalfCurveOrder ? SignatureFault.HighS : SignatureFault.None;
    }

    /// <summary>Writes the 65 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        R.CopyTo(destination);
        S.CopyTo(destination[32..]);
        destination[64] = V;
    }

    /// <summary>The 65 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>0x and 130 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hex.Format(ToArray());
}
