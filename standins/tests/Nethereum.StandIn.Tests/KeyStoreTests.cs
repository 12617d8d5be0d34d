using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Crypto;
using Nethereum.KeyStore.Model;

namespace Nethereum.StandIn.Tests;

/// <summary>Key files: the examples of the Web3 secret storage definition, and the package's traps.</summary>
public sealed class KeyStoreTests
{
    private const string ExampleKey = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    private const string Scrypt = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string Pbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private static readonly ScryptParams Light = new() { Dklen = 32, N = 4_096, R = 8, P = 1 };

    [Theory]
    [InlineData(Scrypt)]
    [InlineData(Pbkdf2)]
    public void Decrypt_OfTheDefinitionsExamples_GivesTheirKey(string json)
        => Assert.Equal(ExampleKey, new KeyStoreService().DecryptKeyStoreFromJson("testpassword", json).ToHex());

    [Fact]
    public void Encrypt_ThenDecrypt_GivesTheKeyAndTheAddressAsGiven()
    {
        var json = new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson("p", ExampleKey.HexToByteArray(), "0xAb", Light);

        Assert.Equal(ExampleKey, new KeyStoreService().DecryptKeyStoreFromJson("p", json).ToHex());
        Assert.Equal("0xAb", new KeyStoreService().GetAddressFromKeyStore(json));
        Assert.Throws<DecryptionException>(() => new KeyStoreService().DecryptKeyStoreFromJson("q", json));
    }

    [Fact]
    public void Encrypt_KeyOf31Bytes_IsRefused()
        => Assert.Throws<ArgumentException>(
            () => new KeyStoreScryptService().EncryptAndGenerateKeyStoreAsJson("p", new byte[31], "0x", Light));

    [Fact]
    public void Decrypt_UnknownKdf_NamesIt()
    {
        var error = Assert.Throws<Exception>(
            () => new KeyStoreService().DecryptKeyStoreFromJson("p", """{"crypto":{"kdf":"rot13"}}"""));

        Assert.IsType<InvalidKdfException>(error.InnerException);
    }
}
