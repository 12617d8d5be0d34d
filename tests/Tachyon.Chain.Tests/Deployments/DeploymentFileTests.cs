using Tachyon.Testing;

namespace Tachyon.Chain.Tests.Deployments;

/// <summary>Deployment files: written and read back, and a bad one says what is wrong with it.</summary>
public sealed class DeploymentFileTests : IDisposable
{
    private const string Good = """
        {"chainId":31337,"token":"0x5FbDB2315678afecb367f032d93F642f64180aa3",
         "paymentChannels":"0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
         "proxyRegistry":"0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512","deployedAtBlock":3,"more":"ignored"}
        """;

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Save_ThenLoad_GivesTheSame()
    {
        var path = directory.Combine("deployment.json");
        var deployment = await LoadAsync(Good) with { Faucet = Address.Parse("0x00000000000000000000000000000000000000fa") };

        await deployment.SaveAsync(path);

        Assert.Equal(deployment, await Deployment.LoadAsync(path));
    }

    [Theory]
    [InlineData("token", "\"0x5FbDB2315678afecb367f032d93F642f64180aa3\"", "\"0x5fbDB2315678afecb367f032d93F642f64180aa3\"")]
    [InlineData("token", "\"0x5FbDB2315678afecb367f032d93F642f64180aa3\"", "7")]
    [InlineData("chainId", "31337", "\"31337\"")]
    [InlineData("chainId", "31337", "-1")]
    [InlineData("deployedAtBlock", "\"deployedAtBlock\":3,", "")]
    public async Task Load_OfABadValue_NamesIt(string member, string good, string bad)
    {
        var error = await Assert.ThrowsAsync<DeploymentFileException>(
            () => LoadAsync(Good.Replace(good, bad, StringComparison.Ordinal)));

        Assert.Contains($"\"{member}\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Load_OfNoJsonObject_SaysSo(string content)
        => await Assert.ThrowsAsync<DeploymentFileException>(() => LoadAsync(content));

    [Fact]
    public async Task Load_MissingFile_NamesItsPath()
    {
        var path = directory.Combine("none.json");

        var error = await Assert.ThrowsAsync<DeploymentFileException>(() => Deployment.LoadAsync(path));

        Assert.Equal(path, error.Path);
    }

    private async Task<Deployment> LoadAsync(string content)
    {
        var path = directory.Combine(Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(path, content);
        return await Deployment.LoadAsync(path);
    }
}
