using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tachyon.Protocol.Records;

/// <summary>The present key of one direction, the nonces under it, and the way to the next key. Not thread-safe.</summary>
internal sealed class RecordKey : IDisposable
{
    public const int SecretBytes = 32;

    private readonly RecordCipher _cipher;
    private readonly byte[] _secret = new byte[SecretBytes];
    private readonly byte[] _iv = new byte[RecordAead.NonceBytes];
    private RecordAead _aead;

    public RecordKey(RecordCipher cipher, ReadOnlySpan<byte> secret)
    {
        _cipher = cipher;
        secret.CopyTo(_secret);
        _aead = Derive();
    }

    /// <summary>Records under this key so far, which is the number of the next.</summary>
    public ulong Records { get; private set; }

    /// <summary>Content bytes under this key so far.</summary>
    public ulong ContentBytes { get; private set; }

    public void Seal(Span<byte> content, Span<byte> tag, ReadOnlySpan<byte> header)
    {
        Span<byte> nonce = stackalloc byte[RecordAead.NonceBytes];
        WriteNonce(nonce);

        // Counted before it is used: whatever happens below, no nonce is used again.
        Count(content.Length);
        _aead.Seal(nonce, content, tag, header);
    }

    public bool TryOpen(Span<byte> content, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> header)
    {
        Span<byte> nonce = stackalloc byte[RecordAead.NonceBytes];
        WriteNonce(nonce);
        if (!_aead.TryOpen(nonce, content, tag, header))
        {
            return false;
        }

        Count(content.Length);
        return true;
    }

    /// <summary>Goes on to the next key and forgets this one: whoever learns the next cannot read what was.</summary>
    public void Next()
    {
        Span<byte> next = stackalloc byte[SecretBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, next, "tachyon records 1 next"u8);
        next.CopyTo(_secret);
        CryptographicOperations.ZeroMemory(next);
        _aead.Dispose();
        _aead = Derive();
        Records = 0;
        ContentBytes = 0;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _aead.Dispose();
    }

    private RecordAead Derive()
    {
        Span<byte> key = stackalloc byte[RecordAead.KeyBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, "tachyon records 1 key"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, _iv, "tachyon records 1 iv"u8);
        var aead = RecordAead.Create(_cipher, key);
        CryptographicOperations.ZeroMemory(key);
        return aead;
    }

    private void Count(int contentBytes)
    {
        Records++;
        ContentBytes += (ulong)contentBytes;
    }

    private void WriteNonce(Span<byte> nonce)
    {
        _iv.CopyTo(nonce);
        var place = nonce[(RecordAead.NonceBytes - sizeof(ulong))..];
        BinaryPrimitives.WriteUInt64BigEndian(place, BinaryPrimitives.ReadUInt64BigEndian(place) ^ Records);
    }
}
