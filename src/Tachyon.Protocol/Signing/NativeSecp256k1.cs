using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>libsecp256k1 through P/Invoke.</summary>
/// <remarks>
/// One context for the process, randomised once against side channels before anyone can see it, and only read after
/// that: the library documents such use as thread-safe.
/// </remarks>
internal sealed unsafe class NativeSecp256k1 : Secp256k1
{
    private const uint ContextSignAndVerify = 0x0301;
    private const uint SerializeUncompressed = 2;
    private const int OpaqueKeyLength = 64;
    private const int OpaqueRecoverableLength = 65;
    private const int UncompressedKeyLength = 65;

    private readonly nint _context;

    private NativeSecp256k1(nint context) => _context = context;

    public override bool IsNative => true;

    /// <summary>Loads the library and sets up its context; false where it is missing or lacks the recovery module.</summary>
    internal static bool TryLoad([NotNullWhen(true)] out NativeSecp256k1? curve)
    {
        curve = null;
        if (!Secp256k1Library.IsAvailable)
        {
            return false;
        }

        nint context = Secp256k1Library.ContextCreate(ContextSignAndVerify);
        if (context == 0)
        {
            return false;
        }

        // By default the library aborts the process on an illegal argument; a refusal must never do that.
        Secp256k1Library.ContextSetIllegalCallback(context, &IgnoreIllegalArgument, 0);
        Span<byte> seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(seed);
        fixed (byte* pointer = seed)
        {
            if (Secp256k1Library.ContextRandomize(context, pointer) != 1)
            {
                return false;
            }
        }

        CryptographicOperations.ZeroMemory(seed);
        curve = new NativeSecp256k1(context);
        return true;
    }

    public override bool IsPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != PrivateKeyLength)
        {
            return false;
        }

        fixed (byte* key = privateKey)
        {
            return Secp256k1Library.SecretKeyVerify(_context, key) == 1;
        }
    }

    public override PublicKey PublicKeyOf(ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != PrivateKeyLength)
        {
            throw NotAPrivateKey();
        }

        byte* opaque = stackalloc byte[OpaqueKeyLength];
        fixed (byte* key = privateKey)
        {
            if (Secp256k1Library.PublicKeyCreate(_context, opaque, key) != 1)
            {
                throw NotAPrivateKey();
            }
        }

        return Serialize(opaque);
    }

    internal override Signature Sign(ReadOnlySpan<byte> privateKey, Bytes32 digest)
    {
        if (privateKey.Length != PrivateKeyLength)
        {
            throw NotAPrivateKey();
        }

        byte* message = stackalloc byte[Bytes32.Length];
        digest.CopyTo(new Span<byte>(message, Bytes32.Length));
        byte* opaque = stackalloc byte[OpaqueRecoverableLength];
        fixed (byte* key = privateKey)
        {
            // The default nonce function is RFC 6979, and the result always has a low s.
            if (Secp256k1Library.SignRecoverable(_context, opaque, message, key, 0, 0) != 1)
            {
                throw NotAPrivateKey();
            }
        }

        Span<byte> compact = stackalloc byte[Signature.Length];
        int recoveryId;
        fixed (byte* output = compact)
        {
            _ = Secp256k1Library.RecoverableSerialize(_context, output, &recoveryId, opaque);
        }

        compact[64] = (byte)(27 + recoveryId);
        return Signature.FromBytes(compact);
    }

    internal override bool TryRecover(Bytes32 digest, Signature signature, out PublicKey publicKey)
    {
        publicKey = default;
        if (signature.V is not (27 or 28))
        {
            return false;
        }

        byte* message = stackalloc byte[Bytes32.Length];
        digest.CopyTo(new Span<byte>(message, Bytes32.Length));
        byte* compact = stackalloc byte[Signature.Length];
        signature.CopyTo(new Span<byte>(compact, Signature.Length));

        byte* opaqueSignature = stackalloc byte[OpaqueRecoverableLength];
        byte* opaqueKey = stackalloc byte[OpaqueKeyLength];
        if (Secp256k1Library.RecoverableParseCompact(_context, opaqueSignature, compact, signature.V - 27) != 1
            || Secp256k1Library.Recover(_context, opaqueKey, opaqueSignature, message) != 1)
        {
            return false;
        }

        publicKey = Serialize(opaqueKey);
        return true;
    }

    private PublicKey Serialize(byte* opaqueKey)
    {
        Span<byte> serialized = stackalloc byte[UncompressedKeyLength];
        nuint length = UncompressedKeyLength;
        fixed (byte* output = serialized)
        {
            _ = Secp256k1Library.PublicKeySerialize(_context, output, &length, opaqueKey, SerializeUncompressed);
        }

        return PublicKey.FromBytes(serialized[1..]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IgnoreIllegalArgument(byte* message, void* data)
    {
        // The call that met the illegal argument returns 0, which every caller here treats as a refusal.
    }
}
