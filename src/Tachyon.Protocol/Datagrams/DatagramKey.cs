using System.Buffers.Binary;
using System.Security.Cryptography;
using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Datagrams;

/// <summary>One key of one direction, and the secret that leads to the next. Not thread-safe.</summary>
internal sealed class DatagramKey : IDisposable
{
    public const int SecretBytes = 32;

    private readonly RecordCipher _cipher;
    private readonly byte[] _secret = new byte[SecretBytes];
    private readonly byte[] _iv = new byte[RecordAead.NonceBytes];
    private readonly RecordAead _aead;

    public DatagramKey(RecordCipher cipher, ReadOnlySpan<byte> secret, byte epoch)
    {
        _cipher = cipher;
        Epoch = epoch;
        secret.CopyTo(_secret);
        Span<byte> key = stackalloc byte[RecordAead.KeyBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, "tachyon datagrams 1 key"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, _iv, "tachyon datagrams 1 iv"u8);
        _aead = RecordAead.Create(cipher, key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The number of the key, modulo 256.</summary>
    public byte Epoch { get; }

    /// <summary>Groups under this key so far.</summary>
    public ulong Groups { get; private set; }

    /// <summary>Content bytes under this key so far.</summary>
    public ulong ContentBytes { get; private set; }

    public void Seal(ulong counter, ReadOnlySpan<byte> content, Span<byte> group, ReadOnlySpan<byte> header)
    {
        Span<byte> nonce = stackalloc byte[RecordAead.NonceBytes];
        WriteNonce(nonce, counter);
        Count(content.Length);
        _aead.Seal(nonce, content, group[..content.Length], group[content.Length..], header);
    }

    public bool TryOpen(ulong counter, Span<byte> content, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> header)
    {
        Span<byte> nonce = stackalloc byte[RecordAead.NonceBytes];
        WriteNonce(nonce, counter);
        if (!_aead.TryOpen(nonce, content, tag, header))
        {
            return false;
        }

        Count(content.Length);
        return true;
    }

    /// <summary>The key after this one. This one can still be used, for what is late; it does not lead on any more.</summary>
    public DatagramKey Next()
    {
        Span<byte> next = stackalloc byte[SecretBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, next, "tachyon datagrams 1 next"u8);
        var key = new DatagramKey(_cipher, next, unchecked((byte)(Epoch + 1)));
        CryptographicOperations.ZeroMemory(next);
        return key;
    }

    /// <summary>Forgets the way to the next key.</summary>
    public void ForgetSecret() => CryptographicOperations.ZeroMemory(_secret);

    public void Dispose()
    {
        ForgetSecret();
        _aead.Dispose();
    }

    private void Count(int contentBytes)
    {
        Groups++;
        ContentBytes += (ulong)contentBytes;
    }

    // The counter never starts again, so it makes no nonce twice under any key.
    private void WriteNonce(Span<byte> nonce, ulong counter)
    {
        _iv.CopyTo(nonce);
        var place = nonce[(RecordAead.NonceBytes - sizeof(ulong))..];
        BinaryPrimitives.WriteUInt64BigEndian(place, BinaryPrimitives.ReadUInt64BigEndian(place) ^ counter);
    }
}
