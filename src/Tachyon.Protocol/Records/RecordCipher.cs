using System.Security.Cryptography;

namespace Tachyon.Protocol.Records;

/// <summary>How records are sealed. The numbers are part of the wire format.</summary>
public enum RecordCipher : byte
{
    /// <summary>No records: the frames stay in TLS.</summary>
    None = 0,

    /// <summary>AES-256 in Galois/Counter mode.</summary>
    Aes256Gcm = 1,

    /// <summary>ChaCha20 with Poly1305.</summary>
    ChaCha20Poly1305 = 2,
}

/// <summary>The ciphers that a node is willing to use: bits, one for each <see cref="RecordCipher"/>.</summary>
[Flags]
public enum RecordCiphers : byte
{
    /// <summary>None: frames stay in TLS.</summary>
    None = 0,

    /// <summary><see cref="RecordCipher.Aes256Gcm"/>.</summary>
    Aes256Gcm = 1 << (RecordCipher.Aes256Gcm - 1),

    /// <summary><see cref="RecordCipher.ChaCha20Poly1305"/>.</summary>
    ChaCha20Poly1305 = 1 << (RecordCipher.ChaCha20Poly1305 - 1),
}

/// <summary>Which ciphers a machine offers, and which one two of them use.</summary>
public static class RecordCipherChoice
{
    /// <summary>
    /// What this machine offers: AES only where the processor has instructions for it (or nothing else is there), since in
    /// software it is slow and leaks through its timing.
    /// </summary>
    public static RecordCiphers Offered { get; } = Offer(
        hasAes: AesGcm.IsSupported,
        hasAesInstructions: System.Runtime.Intrinsics.X86.Aes.IsSupported || System.Runtime.Intrinsics.Arm.Aes.IsSupported,
        hasChaCha: ChaCha20Poly1305.IsSupported);

    /// <summary>The cipher for two sides that offer these: AES where both do, else ChaCha20, else none.</summary>
    public static RecordCipher Choose(RecordCiphers one, RecordCiphers other)
    {
        var both = one & other;
        return (both & RecordCiphers.Aes256Gcm) != 0 ? RecordCipher.Aes256Gcm
            : (both & RecordCiphers.ChaCha20Poly1305) != 0 ? RecordCipher.ChaCha20Poly1305
            : RecordCipher.None;
    }

    /// <summary>Whether <paramref name="cipher"/> is one of <paramref name="offered"/>; none always is.</summary>
    public static bool Contains(this RecordCiphers offered, RecordCipher cipher) =>
        cipher == RecordCipher.None
        || (cipher <= RecordCipher.ChaCha20Poly1305 && ((int)offered & (1 << ((int)cipher - 1))) != 0);

    internal static RecordCiphers Offer(bool hasAes, bool hasAesInstructions, bool hasChaCha) =>
        (hasAes && (hasAesInstructions || !hasChaCha) ? RecordCiphers.Aes256Gcm : RecordCiphers.None)
        | (hasChaCha ? RecordCiphers.ChaCha20Poly1305 : RecordCiphers.None);
}
