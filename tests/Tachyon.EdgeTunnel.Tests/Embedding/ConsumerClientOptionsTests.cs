using Tachyon.Protocol.Amounts;

namespace Tachyon.EdgeTunnel.Tests.Embedding;

public sealed class ConsumerClientOptionsTests
{
    private static readonly ConsumerClientOptions Good = new()
    {
        DataDirectory = "/var/lib/node",
        Password = "secret",
        Gateways = [new Uri("https://silo.example:7443")],
        Rpc = new Uri("https://rpc.example"),
        DeploymentFile = "deployment.json",
        MaxPricePerMB = TokenAmount.ParseTokens("0.001"),
    };

    [Fact]
    public void GatewaysInTheirHttpForm_AreTakenAsWebSockets() =>
        Assert.Equal([new Uri("wss://silo.example:7443/")], Good.ToConnectOptions().Node.Gateways);

    [Fact]
    public async Task AllFaults_AreSaidAtOnce_BeforeAnythingIsOpened()
    {
        var bad = Good with
        {
            DataDirectory = " ",
            Gateways = [new Uri("ftp://silo.example")],
            Rpc = new Uri("ws://rpc.example"),
            CapacityBytes = 1_500,
            TolerancePpm = 1_000_001,
            OpenTimeout = TimeSpan.Zero,
        };

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => ConsumerClient.StartAsync(bad));

        Assert.All(
            ["DataDirectory is empty", "Gateways has ftp://silo.example", "Rpc is ws://rpc.example", "CapacityBytes is 1500", "TolerancePpm is 1000001", "OpenTimeout is 00:00:00"],
            fault => Assert.Contains(fault, refusal.Message));
    }
}
