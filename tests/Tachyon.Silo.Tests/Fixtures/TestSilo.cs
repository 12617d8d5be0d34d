using System.Numerics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Gateway;
using Tachyon.Silo.Health;
using Tachyon.Silo.Hosting;

namespace Tachyon.Silo.Tests.Fixtures;

/// <summary>A whole silo on a real port, with real grains on SQLite, on a simulated chain.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly AccountSigner _account = new(TestEdge.KeyOf(1_000));
    private WebApplication _app = null!;
    private HttpClient? _http;
    private int _salts;
    private bool _isStopped;

    private TestSilo(TemporaryDirectory directory)
    {
        _directory = directory;
        Chain.Fund(_account.Address, TokenAmount.Zero);
    }

    public SimulatedChain Chain { get; } = new(new SimulatedChainOptions { StartSeconds = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() });

    public HttpClient Http => _http ??= new HttpClient { BaseAddress = Url };

    /// <summary>Who pays for its transactions.</summary>
    public Address Account => _account.Address;

    public Uri Url => new(_app.Urls.First());

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public EdgeRegistry Edges => _app.Services.GetRequiredService<EdgeRegistry>();

    public SiloMonitor Monitor => _app.Services.GetRequiredService<SiloMonitor>();

    /// <summary>Settings with which a silo runs in a test: its own ports and data, and short waits.</summary>
    public static Dictionary<string, string?> Settings(string directory, string url = "http://127.0.0.1:0") => new()
    {
        ["DataDirectory"] = directory,
        ["Chain:Endpoint"] = "http://127.0.0.1:1",
        ["Chain:DeploymentFile"] = "unused",
        ["Chain:CheckPeriod"] = "00:00:01",
        ["Operator:KeystoreFile"] = "unused",
        ["Operator:PasswordFile"] = "unused",
        ["Gateway:Urls"] = url,
        ["Cluster:SiloPort"] = $"{FreePort.Next()}",
        ["Cluster:ClientPort"] = $"{FreePort.Next()}",
        ["Grains:FeedPollInterval"] = "00:00:00.05",
        ["Grains:OutboxPollInterval"] = "00:00:00.05",
        ["Grains:LeastDeposit"] = "0",
        ["Grains:KeeperPeriod"] = "00:00:00.2",
        ["Logging:LogLevel:Default"] = "Error",
    };

    /// <summary>A silo that answers.</summary>
    public static async Task<TestSilo> StartAsync(string url = "http://127.0.0.1:0", params (string Key, string Value)[] changes)
    {
        var silo = new TestSilo(new TemporaryDirectory());
        await silo.RunAsync(url, changes);
        return silo;
    }

    /// <summary>Puts the operator's account in the register of proxies, with tokens for its pools.</summary>
    public async Task BecomeProxyAsync(int tokens = 1_000)
    {
        var bond = (await Chain.GetRulesAsync()).ProxyBond;
        Chain.Fund(_account.Address, bond + new TokenAmount(tokens * BigInteger.Pow(10, TokenAmount.Decimals)));
        using var sender = new TransactionSender(Chain, _account);
        Assert.True((await sender.SendAsync(new ChainCall.Approve(bond))).Succeeded);
        Assert.True((await sender.SendAsync(new ChainCall.RegisterProxy())).Succeeded);
    }

    /// <summary>Stops the silo and starts another on the same data, chain and port.</summary>
    public async Task RestartAsync()
    {
        var url = Url.ToString();
        await EndAsync();
        await RunAsync(url, []);
    }

    /// <summary>An edge with tokens and gas, connected and authenticated.</summary>
    public async Task<TestEdge> ConnectAsync(int number)
    {
        var edge = NewEdge(number);
        await edge.EnterAsync(Url);
        return edge;
    }

    /// <summary>An edge with tokens and gas, not connected yet.</summary>
    public TestEdge NewEdge(int number)
    {
        var edge = new TestEdge(number, Chain.Domain);
        Chain.Fund(edge.Address, new TokenAmount(1_000 * BigInteger.Pow(10, TokenAmount.Decimals)));
        return edge;
    }

    public Terms NewTerms(TestEdge consumer, TestEdge provider) => new(
        consumer.Address, provider.Address, 100_000_000, new TokenAmount(1_000_000), 1_000, ChannelKind.Direct, Keccak256.HashText($"salt {++_salts}"));

    /// <summary>Opens a channel by the consumer's own transaction, as an edge does over its own endpoint.</summary>
    public async Task<ChannelId> OpenAsync(TestEdge consumer, Terms terms)
    {
        using var sender = new ConsumerAccount(Chain, consumer.Account);
        var outcome = await sender.OpenAsync(terms);
        Assert.True(outcome.Succeeded, outcome.ToString());
        return terms.ChannelId(Chain.Domain);
    }

    /// <summary>A channel that both the chain and the silo see active.</summary>
    public async Task<(Terms Terms, ChannelId ChannelId)> OpenActiveAsync(TestEdge consumer, TestEdge provider)
    {
        var terms = NewTerms(consumer, provider);
        var channelId = await OpenAsync(consumer, terms);
        using var sender = new TransactionSender(Chain, provider.Account);
        Assert.True((await sender.SendAsync(new ChainCall.Confirm(terms))).Succeeded);
        await Eventually.TrueAsync(
            async () => await Grains.Channel(channelId).View() is { Phase: ChannelPhase.Active }, $"channel {channelId} active at the silo");
        return (terms, channelId);
    }

    /// <summary>The provider claims a megabyte of an active channel, and the silo sees that it has paid.</summary>
    public async Task PayAsync(TestEdge consumer, Terms terms)
    {
        using var sender = new TransactionSender(Chain, consumer.Account);
        Assert.True((await sender.SendAsync(new ChainCall.Claim(terms, consumer.Unit(terms, 1, 1_000_000)))).Succeeded);
        await Eventually.TrueAsync(
            async () => await Grains.Channel(terms.ChannelId(Chain.Domain)).View() is { Paid.IsZero: false }, "the channel to have paid");
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _account.Dispose();
        _directory.Dispose();
    }

    private async Task RunAsync(string url, (string Key, string Value)[] changes)
    {
        var given = Settings(_directory.Path, url);
        foreach (var (key, value) in changes)
        {
            given[key] = value;
        }

        var settings = SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build(), out var faults);
        Assert.Empty(faults);
        _app = SiloApplication.Create(settings, Chain, _account, TimeProvider.System);
        _isStopped = false;
        await _app.StartAsync();
    }

    /// <summary>Tells the silo to stop, and waits until it has.</summary>
    public async Task StopAsync()
    {
        _isStopped = true;
        await _app.StopAsync();
    }

    private async Task EndAsync()
    {
        _http?.Dispose();
        _http = null;
        if (!_isStopped)
        {
            await StopAsync();
        }

        await _app.DisposeAsync();
    }
}
