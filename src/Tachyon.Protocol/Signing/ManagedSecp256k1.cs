using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using Tachyon.Protocol.Identity;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Tachyon.Protocol.Signing;

/// <summary>The fallback where libsecp256k1 is missing: the same bytes, far slower, and not in constant time.</summary>
internal sealed class ManagedSecp256k1 : Secp256k1
{
    private static readonly X9ECParameters Parameters = CustomNamedCurves.GetByName("secp256k1");
    private static readonly BigInteger Order = Parameters.N;
    private static readonly BigInteger HalfOrder = Order.ShiftRight(1);
    private static readonly FixedPointCombMultiplier BaseMultiplier = new();

    public override bool IsNative => false;

    public override bool IsPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != PrivateKeyLength)
        {
            return false;
        }

        BigInteger key = ToNumber(privateKey);
        return key.SignValue > 0 && key.CompareTo(Order) < 0;
    }

    public override PublicKey PublicKeyOf(ReadOnlySpan<byte> privateKey) =>
        IsPrivateKey(privateKey)
            ? ToPublicKey(BaseMultiplier.Multiply(Parameters.G, ToNumber(privateKey)).Normalize())
            : throw NotAPrivateKey();

    internal override Signature Sign(ReadOnlySpan<byte> privateKey, Bytes32 digest)
    {
        if (!IsPrivateKey(privateKey))
        {
            throw NotAPrivateKey();
        }

        BigInteger key = ToNumber(privateKey);
        byte[] message = digest.ToArray();
        BigInteger z = new BigInteger(1, message).Mod(Order);
        byte[] keyBytes = privateKey.ToArray();
        var nonces = new Rfc6979Nonces(keyBytes, message);
        CryptographicOperations.ZeroMemory(keyBytes);

        while (true)
        {
            BigInteger nonce = ToNumber(nonces.Next());
            if (nonce.SignValue == 0 || nonce.CompareTo(Order) >= 0)
            {
                continue;
            }

            ECPoint point = BaseMultiplier.Multiply(Parameters.G, nonce).Normalize();
            BigInteger x = point.AffineXCoord.ToBigInteger();
            BigInteger r = x.Mod(Order);
            BigInteger s = nonce.ModInverse(Order).Multiply(z.Add(r.Multiply(key))).Mod(Order);
            if (r.SignValue == 0 || s.SignValue == 0)
            {
                continue;
            }

            int recoveryId = (point.AffineYCoord.TestBitZero() ? 1 : 0) | (x.CompareTo(Order) >= 0 ? 2 : 0);
            if (s.CompareTo(HalfOrder) > 0)
            {
                s = Order.Subtract(s);
                recoveryId ^= 1;
            }

            return new Signature(ToBytes32(r), ToBytes32(s), (byte)(27 + recoveryId));
        }
    }

    internal override bool TryRecover(Bytes32 digest, Signature signature, out PublicKey publicKey)
    {
        publicKey = default;
        if (signature.V is not (27 or 28) || !InRange(signature))
        {
            return false;
        }

        Span<byte> compressed = stackalloc byte[33];
        compressed[0] = (byte)(2 + (signature.V - 27));
        signature.R.CopyTo(compressed[1..]);
        ECPoint point;
        try
        {
            point = Parameters.Curve.DecodePoint(compressed.ToArray());
        }
        catch (ArgumentException)
        {
            return false; // no point of the curve has this x
        }

        BigInteger inverse = ToNumber(signature.R).ModInverse(Order);
        BigInteger u1 = Order.Subtract(ToNumber(digest).Mod(Order)).Multiply(inverse).Mod(Order);
        BigInteger u2 = ToNumber(signature.S).Multiply(inverse).Mod(Order);
        ECPoint key = ECAlgorithms.SumOfTwoMultiplies(Parameters.G, u1, point, u2).Normalize();
        if (key.IsInfinity)
        {
            return false;
        }

        publicKey = ToPublicKey(key);
        return true;
    }

    private static bool InRange(Signature signature) =>
        !signature.R.IsZero && signature.R < Signature.CurveOrder && !signature.S.IsZero && signature.S < Signature.CurveOrder;

    private static BigInteger ToNumber(ReadOnlySpan<byte> bytes) => new(1, bytes.ToArray());

    private static BigInteger ToNumber(Bytes32 value) => new(1, value.ToArray());

    private static Bytes32 ToBytes32(BigInteger number)
    {
        byte[] digits = number.ToByteArrayUnsigned();
        Span<byte> bytes = stackalloc byte[Bytes32.Length];
        bytes.Clear();
        digits.CopyTo(bytes[(Bytes32.Length - digits.Length)..]);
        return Bytes32.FromBytes(bytes);
    }

    private static PublicKey ToPublicKey(ECPoint normalized) =>
        new(ToBytes32(normalized.AffineXCoord.ToBigInteger()), ToBytes32(normalized.AffineYCoord.ToBigInteger()));
}
