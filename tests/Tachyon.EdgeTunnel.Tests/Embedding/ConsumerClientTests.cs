using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Amounts;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Embedding;

public sealed class ConsumerClientTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConsumerClientOptions _options;

    public ConsumerClientTests()
    {
        File.WriteAllText(_directory.Combine("deployment.json"), """
            { "chainId": 31337, "token": "0x00000000000000000000000000000000000000aa",
              "paymentChannels": "0x00000000000000000000000000000000000000bb",
              "proxyRegistry": "0x00000000000000000000000000000000000000bb", "deployedAtBlock": 0 }
            """);
        _options = new ConsumerClientOptions
        {
            DataDirectory = _directory.Combine("data"),
            Password = "right",
            Gateways = [new Uri("ws://127.0.0.1:1")],
            Rpc = new Uri("http://127.0.0.1:1"),
            DeploymentFile = _directory.Combine("deployment.json"),
            MaxPricePerMB = new TokenAmount(1),
            OpenTimeout = TimeSpan.FromMilliseconds(1),
        };
        Directory.CreateDirectory(_options.DataDirectory);
        KeystoreFile.Create(Path.Combine(_options.DataDirectory, "keystore.json"), _options.Password, KeystoreStrength.Light);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Start_WhoseNodeGivesUp_ThrowsWhatItGaveUpFor_AndLeavesTheDirectoryToTheNext()
    {
        var first = await Assert.ThrowsAsync<NodeException>(() => ConsumerClient.StartAsync(_options));
        var second = await Assert.ThrowsAsync<NodeException>(() => ConsumerClient.StartAsync(_options));

        Assert.Equal((NodeFault.ChainUnavailable, NodeFault.ChainUnavailable), (first.Fault, second.Fault));
    }

    [Fact]
    public async Task Start_GivenUp_LeavesTheDirectoryToTheNext()
    {
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ConsumerClient.StartAsync(_options with { OpenTimeout = TimeSpan.FromHours(1) }, cancelled.Token));
        DataDirectoryLock.Acquire(new DataDirectory(_options.DataDirectory)).Dispose();
    }

    [Fact]
    public async Task Node_WhoseRoleCannotBeMade_LeavesTheDirectoryToTheNext()
    {
        var connect = _options.ToConnectOptions();

        await Assert.ThrowsAsync<NotSupportedException>(() => OpenNode.OpenAsync(
            connect.Node, _options.Password, _ => throw new NotSupportedException(), NullLoggerFactory.Instance, CancellationToken.None));
        DataDirectoryLock.Acquire(connect.Node.Data).Dispose();
    }

    [Theory]
    [InlineData("settled", false, "active", true, "opened", false, 2)]
    [InlineData("active", false, "active", true, "active", false, 2)]
    [InlineData("active", true, "active", false, "opened", false, 1)]
    [InlineData("active", false, "active", false, "closing", false, 2)]
    [InlineData("settled", false, "declined", false, "closing", true, 0)]
    public void Close_IsOfTheChannelInUse_AndNotOfOneThatWasUsedUpBefore(
        string firstPhase, bool isFirstConnected, string secondPhase, bool isSecondConnected, string thirdPhase, bool isThirdConnected, byte expected)
    {
        var inUse = ConsumerClient.InUse([(Id(1), firstPhase, isFirstConnected), (Id(2), secondPhase, isSecondConnected), (Id(3), thirdPhase, isThirdConnected)]);

        Assert.Equal(expected == 0 ? null : Id(expected), inUse?.ToString());

        static string Id(byte number) => TestChannels.Record(number).ChannelId.ToString();
    }

    [Fact]
    public async Task Progress_OfANodeThatStopsBeforeItServes_SaysSo()
    {
        var progress = new NodeProgress();
        var serves = progress.ServesAsync(CancellationToken.None);
        progress.Set(NodeState.Opening);
        Assert.False(serves.IsCompleted);

        progress.Set(NodeState.Draining);
        Assert.False(await serves);

        progress.Set(NodeState.Serving);
        Assert.True(await progress.ServesAsync(CancellationToken.None));
    }
}
