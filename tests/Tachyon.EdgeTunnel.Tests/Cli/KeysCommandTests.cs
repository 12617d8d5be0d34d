using System.Text.Json;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Cli;

public sealed class KeysCommandTests : IDisposable
{
    private const string DevelopmentKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string DevelopmentAddress = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    private readonly TemporaryDirectory _directory = new();
    private readonly string _passwordFile;

    public KeysCommandTests()
    {
        _passwordFile = _directory.Combine("password");
        File.WriteAllText(_passwordFile, "correct horse\n");
    }

    private string Data => _directory.Combine("data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task New_WithAPasswordFile_WritesAKeystoreThatOnlyThatPasswordOpens()
    {
        var made = await CommandRun.OfAsync("keys", "new", "--data", Data, "--password-file", _passwordFile, "--light", "--json");

        Assert.Equal(ExitCode.Success, made.Code);
        var document = JsonDocument.Parse(made.Output).RootElement;
        var keystore = document.GetProperty("keystore").GetString()!;
        using var key = NodeKey.Open(keystore, "correct horse");
        Assert.Equal(document.GetProperty("address").GetString(), key.Address.ToString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keystore));
        Assert.DoesNotContain("correct horse", made.Output + made.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_WhereAKeyIs_RefusesAndKeepsIt()
    {
        await CommandRun.OfAsync("keys", "new", "--data", Data, "--password-file", _passwordFile, "--light");
        var before = await File.ReadAllTextAsync(Path.Combine(Data, "keystore.json"));

        var second = await CommandRun.OfAsync("keys", "new", "--data", Data, "--password-file", _passwordFile, "--light");

        Assert.Equal(ExitCode.KeystoreExists, second.Code);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(Data, "keystore.json")));
    }

    [Fact]
    public async Task Import_AKnownKey_ShowsItsAddress()
    {
        var keyFile = _directory.Combine("key");
        await File.WriteAllTextAsync(keyFile, DevelopmentKey + "\n");

        var imported = await CommandRun.OfAsync("keys", "import", keyFile, "--data", Data, "--password-file", _passwordFile, "--light");
        var shown = await CommandRun.OfAsync("keys", "show", "--data", Data);

        Assert.Equal(ExitCode.Success, imported.Code);
        Assert.StartsWith(DevelopmentAddress, shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x00")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff8z")]
    public async Task Import_WhatIsNoKey_IsRefusedWithoutRepeatingIt(string content)
    {
        var keyFile = _directory.Combine("key");
        await File.WriteAllTextAsync(keyFile, content);

        var run = await CommandRun.OfAsync("keys", "import", keyFile, "--data", Data, "--password-file", _passwordFile, "--light");

        Assert.Equal(ExitCode.BadSettings, run.Code);
        Assert.True(content.Length == 0 || !run.Error.Contains(content, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Data, "keystore.json")));
    }

    [Fact]
    public async Task Show_WithoutAKeystore_SaysThatItCannotBeRead()
    {
        var run = await CommandRun.OfAsync("keys", "show", "--data", Data, "--json");

        Assert.Equal(ExitCode.KeystoreUnusable, run.Code);
        Assert.Equal("KeystoreUnusable", JsonDocument.Parse(run.Error).RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Show_AFileThatIsNoKeystore_SaysSo()
    {
        var file = _directory.Combine("not-a-keystore");
        await File.WriteAllTextAsync(file, "{}");

        var run = await CommandRun.OfAsync("keys", "show", "--keystore", file);

        Assert.Equal(ExitCode.KeystoreUnusable, run.Code);
    }
}
