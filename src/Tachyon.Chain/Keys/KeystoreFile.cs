using System.Security.Cryptography;
using System.Text.Json;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Crypto;
using Nethereum.KeyStore.Model;

namespace Tachyon.Chain.Keys;

/// <summary>A private key in a Web3 secret storage file (version 3), opened with a password.</summary>
/// <remarks>Opening one takes most of a second: the key derivation is slow on purpose.</remarks>
public static class KeystoreFile
{
    private const int KeyLength = 32;

    /// <summary>Makes a new key and writes it to a file that must not exist yet, readable by its owner only.</summary>
    /// <returns>the key's address</returns>
    /// <exception cref="KeystoreException">The file exists or cannot be written.</exception>
    public static Address Create(string path, string password, KeystoreStrength strength = KeystoreStrength.Standard)
    {
        var key = NewKey();
        try
        {
            return Save(path, password, key, strength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Writes a key of 32 bytes to a file that must not exist yet, readable by its owner only.</summary>
    /// <returns>the key's address</returns>
    /// <exception cref="ArgumentException">The bytes are not a private key.</exception>
    /// <exception cref="KeystoreException">The file exists or cannot be written.</exception>
    public static Address Save(
        string path, string password, ReadOnlySpan<byte> privateKey, KeystoreStrength strength = KeystoreStrength.Standard)
    {
        ArgumentNullException.ThrowIfNull(password);
        var address = Secp256k1.Default.PublicKeyOf(privateKey).ToAddress();
        var key = privateKey.ToArray();
        string json;
        try
        {
            // All 32 bytes, leading zeros included: Nethereum refuses a shorter key.
            json = new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson(
                password, key, address.ToString().ToLowerInvariant(), Cost(strength));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }

        Write(path, json);
        return address;
    }

    /// <summary>Opens a file. The caller wipes the key when done with it.</summary>
    /// <returns>the private key, 32 bytes</returns>
    /// <exception cref="KeystoreException">The file cannot be read, is no keystore, or the password is another one.</exception>
    public static byte[] Load(string path, string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        var json = Read(path);
        if (KeystoreFormat.FaultOf(json) is { } fault)
        {
            throw NotAKeystore(path, fault, null);
        }

        byte[] key;
        try
        {
            key = new KeyStoreService().DecryptKeyStoreFromJson(password, json);
        }
        catch (DecryptionException error)
        {
            throw new KeystoreException(path, KeystoreFault.WrongPassword, "the password does not open it", error);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A damaged file fails in the parser, in the cipher or in the key derivation, each in its own way.
            throw NotAKeystore(path, error.Message, error);
        }

        if (key.Length != KeyLength || !Secp256k1.Default.IsPrivateKey(key))
        {
            throw NotAKeystore(path, $"it holds {key.Length} bytes that are no secp256k1 key", null);
        }

        var expected = AddressIn(path, json);
        var actual = Secp256k1.Default.PublicKeyOf(key).ToAddress();
        return expected is null || expected == actual
            ? key
            : throw NotAKeystore(path, $"it names {expected} but holds the key of {actual}", null);
    }

    /// <summary>The address that a file names, without opening it; null when it names none.</summary>
    /// <exception cref="KeystoreException">The file cannot be read or is no keystore.</exception>
    public static Address? ReadAddress(string path) => AddressIn(path, Read(path));

    /// <summary>Reads a password file: its first line.</summary>
    /// <exception cref="KeystoreException">The file cannot be read or is empty.</exception>
    public static string ReadPassword(string path)
    {
        var password = Read(path).Split('\n', 2)[0].TrimEnd('\r');
        return password.Length != 0
            ? password
            : throw new KeystoreException(path, KeystoreFault.Unreadable, "its first line holds no password", null);
    }

    private static Address? AddressIn(string path, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (!document.RootElement.TryGetProperty("address", out var address))
            {
                return null;
            }

            // Some tools write it without 0x.
            var text = address.GetString() ?? "";
            return Address.Parse((text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text).ToLowerInvariant());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw NotAKeystore(path, error.Message, error);
        }
    }

    private static byte[] NewKey()
    {
        byte[] key;
        do
        {
            key = RandomNumberGenerator.GetBytes(KeyLength);
        }
        while (!Secp256k1.Default.IsPrivateKey(key));

        return key;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeystoreException(path, KeystoreFault.Unreadable, $"it cannot be read ({error.Message})", error);
        }
    }

    private static void Write(string path, string json)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var stream = new FileStream(path, options);
            using var writer = new StreamWriter(stream);
            writer.Write(json);
            writer.Flush();
            // A key that is lost costs whatever its account ever receives.
            stream.Flush(flushToDisk: true);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new KeystoreException(path, KeystoreFault.AlreadyExists, "it exists already, and keys are never overwritten", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeystoreException(path, KeystoreFault.Unwritable, $"it cannot be written ({error.Message})", error);
        }
    }

    private static ScryptParams Cost(KeystoreStrength strength) => strength switch
    {
        KeystoreStrength.Standard => new ScryptParams { Dklen = 32, N = 262_144, R = 8, P = 1 },
        KeystoreStrength.Light => new ScryptParams { Dklen = 32, N = 4_096, R = 8, P = 1 },
        _ => throw new ArgumentOutOfRangeException(nameof(strength), strength, "There is no such strength."),
    };

    private static KeystoreException NotAKeystore(string path, string reason, Exception? cause)
        => new(path, KeystoreFault.NotAKeystore, $"it is not a version 3 keystore ({reason})", cause);
}
