using System.Security.Cryptography;

namespace Tachyon.Protocol.Records;

/// <summary>One key of one direction. The framework's cipher object is kept, since making one costs more than a record.</summary>
internal abstract class RecordAead : IDisposable
{
    public const int KeyBytes = 32;
    public const int NonceBytes = 12;

    public static RecordAead Create(RecordCipher cipher, ReadOnlySpan<byte> key) => cipher switch
    {
        RecordCipher.Aes256Gcm => new Aes(key),
        RecordCipher.ChaCha20Poly1305 => new ChaCha(key),
        _ => throw new ArgumentOutOfRangeException(nameof(cipher), cipher, "Records need a cipher."),
    };

    /// <summary>Encrypts in place.</summary>
    public void Seal(ReadOnlySpan<byte> nonce, Span<byte> content, Span<byte> tag, ReadOnlySpan<byte> associated) =>
        Seal(nonce, content, content, tag, associated);

    /// <summary>Encrypts, in place or into other memory of the same length.</summary>
    public abstract void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content, Span<byte> encrypted, Span<byte> tag, ReadOnlySpan<byte> associated);

    /// <summary>Decrypts in place.</summary>
    /// <returns>False where the tag does not fit; the content is then of no use.</returns>
    public abstract bool TryOpen(ReadOnlySpan<byte> nonce, Span<byte> content, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated);

    public abstract void Dispose();

    private sealed class Aes(ReadOnlySpan<byte> key) : RecordAead
    {
        private readonly AesGcm _cipher = new(key, RecordLayout.TagBytes);

        public override void Seal(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content, Span<byte> encrypted, Span<byte> tag, ReadOnlySpan<byte> associated) =>
            _cipher.Encrypt(nonce, content, encrypted, tag, associated);

        public override bool TryOpen(ReadOnlySpan<byte> nonce, Span<byte> content, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
        {
            try
            {
                _cipher.Decrypt(nonce, content, tag, content, associated);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        public override void Dispose() => _cipher.Dispose();
    }

    private sealed class ChaCha(ReadOnlySpan<byte> key) : RecordAead
    {
        private readonly ChaCha20Poly1305 _cipher = new(key);

        public override void Seal(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> content, Span<byte> encrypted, Span<byte> tag, ReadOnlySpan<byte> associated) =>
            _cipher.Encrypt(nonce, content, encrypted, tag, associated);

        public override bool TryOpen(ReadOnlySpan<byte> nonce, Span<byte> content, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
        {
            try
            {
                _cipher.Decrypt(nonce, content, tag, content, associated);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        public override void Dispose() => _cipher.Dispose();
    }
}
