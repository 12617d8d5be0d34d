using System.Security.Cryptography;
using System.Text;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.KeyStore.Crypto;
using Newtonsoft.Json.Linq;

namespace Nethereum.KeyStore;

/// <summary>A key file asks for a key derivation that nobody here knows.</summary>
public class InvalidKdfException : Exception
{
    public InvalidKdfException(string kdf)
        : base("Invalid kdf:" + kdf)
    {
    }
}

/// <summary>Reads key files (version 3) with either key derivation.</summary>
public class KeyStoreService
{
    /// <summary>The address as the file writes it; a null reference when it writes none.</summary>
    public string GetAddressFromKeyStore(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return JObject.Parse(json)["address"].Value<string>();
    }

    /// <summary>The private key.</summary>
    /// <exception cref="DecryptionException">the password is another one</exception>
    public byte[] DecryptKeyStoreFromJson(string password, string json)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(json);
        var (crypto, kdf) = Kdf(json);
        var parameters = crypto["kdfparams"];
        var salt = parameters.Value<string>("salt").HexToByteArray();
        var length = parameters.Value<int>("dklen");
        var secret = Encoding.UTF8.GetBytes(password);
        var derivedKey = kdf == "scrypt"
            ? Scrypt.Derive(
                secret, salt, parameters.Value<int>("n"), parameters.Value<int>("r"), parameters.Value<int>("p"), length)
            : Rfc2898DeriveBytes.Pbkdf2(secret, salt, parameters.Value<int>("c"), HashAlgorithmName.SHA256, length);
        return SecretStorage.Decrypt(
            crypto.Value<string>("mac").HexToByteArray(),
            crypto["cipherparams"].Value<string>("iv").HexToByteArray(),
            crypto.Value<string>("ciphertext").HexToByteArray(),
            derivedKey);
    }

    private static (JToken Crypto, string Kdf) Kdf(string json)
    {
        try
        {
            var crypto = JObject.Parse(json).GetValue("crypto", StringComparison.OrdinalIgnoreCase);
            var kdf = crypto["kdf"].Value<string>();
            return kdf is "scrypt" or "pbkdf2" ? (crypto, kdf) : throw new InvalidKdfException(kdf);
        }
        catch (Exception error)
        {
            throw new Exception("Invalid KeyStore json", error);
        }
    }
}
