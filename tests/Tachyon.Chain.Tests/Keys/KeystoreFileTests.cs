using Tachyon.Chain.Keys;
using Tachyon.Testing;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Keys;

/// <summary>Key files: what is written opens again, and what cannot be used says why.</summary>
public sealed class KeystoreFileTests : IDisposable
{
    // From the Web3 secret storage definition.
    private const string Pbkdf2Vector = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Create_ThenLoad_GivesTheKeyOfTheAddress()
    {
        var path = directory.Combine("key.json");

        var address = KeystoreFile.Create(path, "correct horse", KeystoreStrength.Light);

        using var account = new AccountSigner(KeystoreFile.Load(path, "correct horse"));
        Assert.Equal(address, account.Address);
        Assert.Equal(address, KeystoreFile.ReadAddress(path));
    }

    [Fact]
    public void Create_IsReadableByItsOwnerOnly()
    {
        var path = directory.Combine("key.json");
        KeystoreFile.Create(path, "p", KeystoreStrength.Light);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void Save_KeyWithLeadingZeros_KeepsAll32Bytes()
    {
        byte[] key = [0, 0, .. Enumerable.Repeat((byte)5, 30)];
        var path = directory.Combine("key.json");

        KeystoreFile.Save(path, "p", key, KeystoreStrength.Light);

        Assert.Equal(key, KeystoreFile.Load(path, "p"));
    }

    [Fact]
    public void Save_OverAnExistingFile_IsRefusedAndKeepsIt()
    {
        var path = directory.Combine("key.json");
        var address = KeystoreFile.Create(path, "p", KeystoreStrength.Light);

        var error = Assert.Throws<KeystoreException>(() => KeystoreFile.Create(path, "p", KeystoreStrength.Light));

        Assert.Equal(KeystoreFault.AlreadyExists, error.Fault);
        Assert.Equal(address, KeystoreFile.ReadAddress(path));
    }

    [Fact]
    public void Load_WithAnotherPassword_SaysSoWithoutShowingIt()
    {
        var path = directory.Combine("key.json");
        KeystoreFile.Create(path, "right", KeystoreStrength.Light);

        var error = Assert.Throws<KeystoreException>(() => KeystoreFile.Load(path, "wrong-secret"));

        Assert.Equal(KeystoreFault.WrongPassword, error.Fault);
        Assert.DoesNotContain("wrong-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfTheDefinitionsOwnExample_GivesItsKey()
    {
        var path = Write(Pbkdf2Vector);

        Assert.Equal(
            "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d",
            Convert.ToHexStringLower(KeystoreFile.Load(path, "testpassword")));
        Assert.Null(KeystoreFile.ReadAddress(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"crypto":{"kdf":"rot13"},"version":3}""")]
    public void Load_OfSomethingElse_IsNoKeystore(string content)
        => Assert.Equal(
            KeystoreFault.NotAKeystore, Assert.Throws<KeystoreException>(() => KeystoreFile.Load(Write(content), "p")).Fault);

    [Theory]
    [InlineData("\"n\":4096", "\"n\":4095")] // would make the key derivation write beyond its buffers
    [InlineData("\"n\":4096", "\"n\":0")]
    [InlineData("\"n\":4096", "\"n\":1073741824")]
    [InlineData("\"r\":8", "\"r\":-8")]
    [InlineData("\"p\":1", "\"p\":2000000000")]
    [InlineData("\"dklen\":32", "\"dklen\":16")]
    [InlineData("\"version\":3", "\"version\":1")]
    [InlineData("aes-128-ctr", "aes-128-cbc")]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"argon\"")]
    [InlineData("\"mac\":\"", "\"mac\":\"zz")]
    public void Load_OfADamagedKeystore_IsRefusedBeforeAnythingIsDerived(string good, string bad)
    {
        var path = directory.Combine("key.json");
        KeystoreFile.Create(path, "p", KeystoreStrength.Light);
        var damaged = File.ReadAllText(path).Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(File.ReadAllText(path), damaged);

        var error = Assert.Throws<KeystoreException>(() => KeystoreFile.Load(Write(damaged), "p"));

        Assert.Equal(KeystoreFault.NotAKeystore, error.Fault);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public void Load_NamingAnotherAddress_IsRefused()
    {
        var path = directory.Combine("key.json");
        var address = KeystoreFile.Create(path, "p", KeystoreStrength.Light);
        var other = AnvilAccounts.Address(0);
        var forged = Write(File.ReadAllText(path).Replace(
            address.ToString().ToLowerInvariant(), other.ToString().ToLowerInvariant(), StringComparison.Ordinal));

        Assert.Equal(KeystoreFault.NotAKeystore, Assert.Throws<KeystoreException>(() => KeystoreFile.Load(forged, "p")).Fault);
    }

    [Fact]
    public void Load_MissingFile_IsUnreadable()
        => Assert.Equal(
            KeystoreFault.Unreadable,
            Assert.Throws<KeystoreException>(() => KeystoreFile.Load(directory.Combine("none"), "p")).Fault);

    [Fact]
    public void ReadPassword_TakesTheFirstLine()
    {
        Assert.Equal("secret word", KeystoreFile.ReadPassword(Write("secret word\r\nsecond")));
        Assert.Equal(
            KeystoreFault.Unreadable, Assert.Throws<KeystoreException>(() => KeystoreFile.ReadPassword(Write("\n"))).Fault);
    }

    private string Write(string content)
    {
        var path = directory.Combine(Guid.NewGuid().ToString("N"));
        File.WriteAllText(path, content);
        return path;
    }
}
