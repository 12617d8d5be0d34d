using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

/// <summary>The edge's own client against a real silo.</summary>
public sealed class EdgeClientTests
{
    private static readonly Announce Offer = new("203.0.113.7:9440", new TokenAmount(1_000_000), 10_000, 0, 0, 5);

    [Fact]
    public async Task Client_StartedBeforeTheSilo_AnnouncesOnceTheSiloIsThere_AndAgainAfterARestart()
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var domain = new Chain.Simulation.SimulatedChain().Domain;
        using var signer = new KeySigner(TestEdge.KeyOf(2));
        await using var client = NewClient(url, domain, signer);
        client.Start();
        await Eventually.TrueAsync(() => client.Status is { Fault: GatewayFault.Unreachable, FailedAttempts: > 1 }, "the client to find nobody");
        Assert.Equal(GatewayOutcome.NotConnected, (await client.AnnounceAsync(Offer, CancellationToken.None)).Outcome);

        await using var silo = await TestSilo.StartAsync(url);
        await Eventually.TrueAsync(async () => await IsMatchedAsync(silo, signer), "the provider to be matched");

        await silo.RestartAsync();
        await Eventually.TrueAsync(async () => await IsMatchedAsync(silo, signer), "the provider to be matched after the restart");
    }

    [Fact]
    public async Task Client_WithUnits_FlushesThemToTheSilo_AndGetsPushes()
    {
        await using var silo = await TestSilo.StartAsync();
        using var consumer = silo.NewEdge(1);
        using var provider = silo.NewEdge(2);
        using var signer = new KeySigner(TestEdge.KeyOf(2));
        await using var client = NewClient(silo.Url.ToString(), silo.Chain.Domain, signer);
        client.Start();
        var (terms, channelId) = await silo.OpenActiveAsync(consumer, provider);

        for (ulong i = 1; i <= 20; i++)
        {
            Assert.True(client.SubmitUnits(new ChannelUnits(consumer.Unit(terms, i, i * 1_000_000), provider.Unit(terms, i, i * 1_000_000))));
        }

        await client.FlushUnitsAsync(CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(20_000_000UL, (await silo.Grains.Channel(channelId).Evidence()).ProviderUnit?.Unit.BytesUsed);

        var closure = new Protocol.Channels.Closure(channelId, 20_000_000, TestEdge.InAnHour);
        var taken = await client.AskAsync(new CloseRelay(closure, provider.Sign(closure), consumer.Sign(closure)), CancellationToken.None);
        Assert.True(taken.IsDone, taken.Text);
        using var limit = new CancellationTokenSource(Eventually.DefaultTimeout);
        GatewayPush push;
        do
        {
            push = await client.Pushes.ReadAsync(limit.Token);
        }
        while (push is not CloseAlert { Phase: Protocol.Gateway.ChannelPhase.Settled });
    }

    [Fact]
    public async Task Client_WhoseSiloDies_GoesOnAtTheNext()
    {
        var first = await TestSilo.StartAsync();
        await using var second = await TestSilo.StartAsync();
        using var signer = new KeySigner(TestEdge.KeyOf(2));
        await using var client = NewClient([first.Url.ToString(), second.Url.ToString()], first.Chain.Domain, signer);
        client.Start();
        await client.AnnounceAsync(Offer, CancellationToken.None);
        await Eventually.TrueAsync(async () => await IsMatchedAsync(first, signer), "the provider to be matched");
        Assert.False(await IsMatchedAsync(second, signer));

        await first.DisposeAsync();

        await Eventually.TrueAsync(async () => await IsMatchedAsync(second, signer), "the provider to be matched at the other silo");
    }

    private static GatewayClient NewClient(string url, Eip712Domain domain, INodeSigner signer) => NewClient([url], domain, signer);

    private static GatewayClient NewClient(string[] urls, Eip712Domain domain, INodeSigner signer) => new(
        new GatewayClientOptions
        {
            Gateways = [.. urls.Select(url => new GatewayAddress(new Uri(url)))],
            Domain = domain,
            MinRetryDelay = TimeSpan.FromMilliseconds(50),
            MaxRetryDelay = TimeSpan.FromMilliseconds(200),
        },
        signer,
        new WebSocketGatewayConnector(),
        TimeProvider.System,
        NullLogger<GatewayClient>.Instance);

    private static async Task<bool> IsMatchedAsync(TestSilo silo, KeySigner signer)
    {
        using var answer = await silo.Http.GetAsync(new Uri($"/v1/match?consumer=0x00000000000000000000000000000000000000aa", UriKind.Relative));
        return (await answer.Content.ReadAsStringAsync()).Contains(signer.Address.ToString(), StringComparison.Ordinal);
    }
}
