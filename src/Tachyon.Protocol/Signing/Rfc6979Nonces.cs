using System.Security.Cryptography;

namespace Tachyon.Protocol.Signing;

/// <summary>
/// The nonces of RFC 6979 with HMAC-SHA256, in the order in which a signer tries them. As in libsecp256k1 the digest goes
/// in unreduced, so that both give the same signatures for every digest.
/// </summary>
internal sealed class Rfc6979Nonces
{
    private byte[] _key = new byte[32];
    private byte[] _value = new byte[32];
    private bool _started;

    internal Rfc6979Nonces(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest)
    {
        _value.AsSpan().Fill(0x01);
        byte[] seed = [.. privateKey, .. digest];
        Update(0x00, seed);
        Update(0x01, seed);
        CryptographicOperations.ZeroMemory(seed);
    }

    internal byte[] Next()
    {
        if (_started)
        {
            Update(0x00, []);
        }

        _started = true;
        _value = HMACSHA256.HashData(_key, _value);
        return _value;
    }

    private void Update(byte separator, ReadOnlySpan<byte> seed)
    {
        byte[] input = [.. _value, separator, .. seed];
        _key = HMACSHA256.HashData(_key, input);
        _value = HMACSHA256.HashData(_key, _value);
        CryptographicOperations.ZeroMemory(input);
    }
}
