using System.Security.Cryptography;
using System.Text;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Rest;

/// <summary>The key that operator actions ask for, as a bearer token. Only its hash is kept, and compared in constant time.</summary>
internal sealed class OperatorKey
{
    /// <summary>Long enough that it must have been made by a machine.</summary>
    public const int MinLength = 32;

    private const string Scheme = "Bearer ";

    private readonly byte[]? _hash;

    private OperatorKey(byte[]? hash) => _hash = hash;

    /// <summary>False where no file is configured: then nobody may do anything.</summary>
    public bool Exists => _hash is not null;

    /// <summary>The first line of the file, or no key where none is configured.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">Its first line is too short for a key.</exception>
    public static OperatorKey Load(string? file)
    {
        if (file is null)
        {
            return new OperatorKey(null);
        }

        using var reader = new StreamReader(Path.GetFullPath(file));
        var key = reader.ReadLine()?.Trim() ?? "";
        return key.Length >= MinLength
            ? new OperatorKey(HashOf(key))
            : throw new InvalidDataException($"its first line has {key.Length} characters; a key has at least {MinLength}, such as from: openssl rand -hex 32");
    }

    /// <summary>Why the file cannot be used; null when it can, or none is configured.</summary>
    public static SettingFault? Fault(string? file)
    {
        try
        {
            Load(file);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new SettingFault("Gateway:OperatorKeyFile", file, exception is InvalidDataException ? exception.Message : $"cannot be read ({exception.Message})");
        }
    }

    /// <summary>Whether a request carries the key as a bearer token.</summary>
    public bool IsShownBy(HttpContext http)
    {
        var shown = http.Request.Headers.Authorization.ToString();
        return shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && Accepts(shown[Scheme.Length..].Trim());
    }

    public bool Accepts(string key) => _hash is not null && CryptographicOperations.FixedTimeEquals(_hash, HashOf(key));

    /// <summary>A secret of 32 bytes for another purpose, which tells nothing of the key; null without a key.</summary>
    public byte[]? Derive(string purpose) => _hash is null ? null : HKDF.DeriveKey(HashAlgorithmName.SHA256, _hash, SHA256.HashSizeInBytes, info: Encoding.UTF8.GetBytes(purpose));

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
