using System.Security.Cryptography;
using System.Text;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.KeyStore.Crypto;
using Nethereum.KeyStore.Model;
using Newtonsoft.Json.Linq;

namespace Nethereum.KeyStore.Model
{
    /// <summary>scrypt's cost: N blocks of 128 × R bytes, P times.</summary>
    public class ScryptParams
    {
        public int Dklen { get; set; }

        public int N { get; set; }

        public int R { get; set; }

        public int P { get; set; }
    }
}

namespace Nethereum.KeyStore
{
    /// <summary>Key files (version 3) with scrypt.</summary>
    public class KeyStoreScryptService
    {
        /// <param name="privateKey">32 bytes: a key whose leading zero was cut off is refused</param>
        public string EncryptAndGenerateKeyStoreAsJson(string password, byte[] privateKey, string addresss, ScryptParams kdfParams)
        {
            ArgumentNullException.ThrowIfNull(password);
            ArgumentNullException.ThrowIfNull(privateKey);
            ArgumentNullException.ThrowIfNull(addresss);
            ArgumentNullException.ThrowIfNull(kdfParams);
            if (privateKey.Length != 32)
            {
                throw new ArgumentException("Private key should be 32 bytes", nameof(privateKey));
            }

            var salt = RandomNumberGenerator.GetBytes(32);
            var iv = RandomNumberGenerator.GetBytes(16);
            var derivedKey = Scrypt.Derive(
                Encoding.UTF8.GetBytes(password), salt, kdfParams.N, kdfParams.R, kdfParams.P, kdfParams.Dklen);
            var cipherText = SecretStorage.ApplyKeyStream(iv, derivedKey, privateKey);
            return new JObject
            {
                ["crypto"] = new JObject
                {
                    ["cipher"] = "aes-128-ctr",
                    ["ciphertext"] = cipherText.ToHex(),
                    ["cipherparams"] = new JObject { ["iv"] = iv.ToHex() },
                    ["kdf"] = "scrypt",
                    ["mac"] = SecretStorage.Mac(derivedKey, cipherText).ToHex(),
                    ["kdfparams"] = new JObject
                    {
                        ["n"] = kdfParams.N,
                        ["r"] = kdfParams.R,
                        ["p"] = kdfParams.P,
                        ["dklen"] = kdfParams.Dklen,
                        ["salt"] = salt.ToHex(),
                    },
                },
                ["id"] = Guid.NewGuid().ToString(),
                ["address"] = addresss,
                ["version"] = 3,
            }.ToString(Newtonsoft.Json.Formatting.None);
        }
    }
}
