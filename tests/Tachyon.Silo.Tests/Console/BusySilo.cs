using System.Numerics;
using Tachyon.Chain;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Silo.Tests.Fixtures;
using ChannelPhase = Tachyon.Grains.ChannelPhase;

namespace Tachyon.Silo.Tests.Console;

/// <summary>A silo with providers and channels on which units keep coming, one channel in dispute, one closing, one just opened, and a route.</summary>
internal sealed class BusySilo : IAsyncDisposable
{
    public const string Key = "0123456789abcdef0123456789abcdef";

    public const ulong QuietBytes = 7_000_000;

    /// <summary>What the route's consumer signs for at first, and its exit counts.</summary>
    public const ulong RouteBytes = 1_024_000;

    private const ulong BytesAtOnce = 2_000_000;
    private const int Providers = 4;
    private const int BusyChannels = 9;

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<(TestEdge Consumer, TestEdge Provider, Terms Terms)> _busy = [];
    private readonly List<TestEdge> _edges = [];
    private Task _load = Task.CompletedTask;

    private BusySilo()
    {
    }

    public TestSilo Silo { get; private set; } = null!;

    public Uri Url => Silo.Url;

    /// <summary>A channel on which units keep coming.</summary>
    public ChannelId Channel { get; private set; }

    /// <summary>Its provider.</summary>
    public Address Provider { get; private set; }

    /// <summary>A channel on which so much was signed once, and nothing since.</summary>
    public (Terms Terms, ChannelId ChannelId) Quiet { get; private set; }

    /// <summary>A channel whose counts are further apart than its tolerance.</summary>
    public ChannelId Disputed { get; private set; }

    /// <summary>A channel that a party closes, which the silo shows the consumer's unit of.</summary>
    public ChannelId Closing { get; private set; }

    /// <summary>A route on which nothing more is used by itself.</summary>
    public LiveRoute Route { get; private set; } = null!;

    public static async Task<BusySilo> StartAsync()
    {
        var busy = new BusySilo();
        var keyFile = busy._directory.Combine("key");
        await File.WriteAllTextAsync(keyFile, Key + "\n");
        busy.Silo = await TestSilo.StartAsync(changes: [("Gateway:OperatorKeyFile", keyFile), ("Grains:Proxy", "true")]);
        busy.Route = await LiveRoute.OpenAsync(busy.Silo, 400);
        await busy.Route.UseAsync(RouteBytes / 2);
        await busy.Route.UseAsync(RouteBytes);
        await busy.FillAsync();
        return busy;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _load;
        _edges.ForEach(edge => edge.Dispose());
        Route.Dispose();
        await Silo.DisposeAsync();
        _end.Dispose();
        _directory.Dispose();
    }

    private async Task FillAsync()
    {
        List<TestEdge> providers = [];
        for (var i = 0; i < Providers; i++)
        {
            var provider = await EdgeAsync(100 + i);
            await provider.AskAsync(new Announce($"203.0.113.{i + 7}:9440", Price(i), 10_000, 1_000_000, 0, 5, 0, i == 1 ? 500_000_000_000UL : 0));
            providers.Add(provider);
        }

        for (var i = 0; i < BusyChannels; i++)
        {
            await AddBusyAsync(200 + i, providers[i % 3], Price(i % 3));
        }

        (Channel, Provider) = (_busy[0].Terms.ChannelId(Silo.Chain.Domain), _busy[0].Provider.Address);
        await DisputeAsync(await EdgeAsync(301), providers[3]);
        await SignOnceAsync(await EdgeAsync(304), providers[3]);
        await CloseAsync(await EdgeAsync(302), providers[3]);
        var opener = await EdgeAsync(303);
        await Silo.OpenAsync(opener, TermsOf(opener, providers[3], Price(3)));
        _load = LoadAsync();
    }

    private async Task<TestEdge> EdgeAsync(int number)
    {
        var edge = await Silo.ConnectAsync(number);
        _edges.Add(edge);
        return edge;
    }

    private async Task AddBusyAsync(int number, TestEdge provider, TokenAmount price)
    {
        var consumer = await EdgeAsync(number);
        var terms = TermsOf(consumer, provider, price);
        await ActiveAsync(consumer, provider, terms);
        _busy.Add((consumer, provider, terms));
    }

    private async Task ActiveAsync(TestEdge consumer, TestEdge provider, Terms terms)
    {
        var channelId = await Silo.OpenAsync(consumer, terms);
        using var sender = new TransactionSender(Silo.Chain, provider.Account);
        Assert.True((await sender.SendAsync(new ChainCall.Confirm(terms))).Succeeded);
        await Eventually.TrueAsync(async () => await Silo.Grains.Channel(channelId).View() is { Phase: ChannelPhase.Active }, $"channel {channelId} active at the silo");
    }

    private async Task DisputeAsync(TestEdge consumer, TestEdge provider)
    {
        var terms = TermsOf(consumer, provider, Price(3));
        await ActiveAsync(consumer, provider, terms);
        Disputed = terms.ChannelId(Silo.Chain.Domain);
        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(Unit(consumer, terms, 1, 4_000_000), null)]));
        await provider.AskAsync(new SubmitUnits([new ChannelUnits(null, Unit(provider, terms, 1, 4_900_000))]));
    }

    private async Task SignOnceAsync(TestEdge consumer, TestEdge provider)
    {
        var terms = TermsOf(consumer, provider, Price(3));
        await ActiveAsync(consumer, provider, terms);
        Quiet = (terms, terms.ChannelId(Silo.Chain.Domain));
        ulong bytes = 0;
        for (ulong index = 1; bytes < QuietBytes; index++)
        {
            bytes = Math.Min(QuietBytes, bytes + 4_000_000);
            await consumer.AskAsync(new SubmitUnits([new ChannelUnits(Unit(consumer, terms, index, bytes), null)]));
        }
    }

    private async Task CloseAsync(TestEdge consumer, TestEdge provider)
    {
        var terms = TermsOf(consumer, provider, Price(3));
        await ActiveAsync(consumer, provider, terms);
        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(Unit(consumer, terms, 1, 3_000_000), null)]));
        using var sender = new TransactionSender(Silo.Chain, provider.Account);
        Assert.True((await sender.SendAsync(new ChainCall.StartClose(terms, null, null))).Succeeded);
        Closing = terms.ChannelId(Silo.Chain.Domain);
        await Eventually.TrueAsync(async () => await Silo.Grains.Channel(Closing).View() is { Phase: ChannelPhase.Closing }, "the channel to close");
    }

    /// <summary>Both sides of each channel sign on, as edges under traffic do.</summary>
    private async Task LoadAsync()
    {
        var random = new Random(1);
        var bytes = new ulong[_busy.Count];
        for (ulong index = 1; !_end.IsCancellationRequested; index++)
        {
            for (var i = 0; i < _busy.Count; i++)
            {
                var (consumer, provider, terms) = _busy[i];
                bytes[i] += BytesAtOnce + ((ulong)random.Next(1_000) * 1_000);
                await consumer.AskAsync(new SubmitUnits([new ChannelUnits(Unit(consumer, terms, index, bytes[i]), null)]));
                await provider.AskAsync(new SubmitUnits([new ChannelUnits(null, Unit(provider, terms, index, bytes[i] + 1_000))]));
            }

            foreach (var edge in _edges)
            {
                await edge.AskAsync(Heartbeat.Instance);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500)).WaitAsync(_end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private SignedUnit Unit(TestEdge signer, Terms terms, ulong index, ulong bytesUsed)
    {
        var nowMs = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var unit = new UsageUnit(terms.ChannelId(Silo.Chain.Domain), index, bytesUsed, terms.Consumer, terms.Provider, nowMs, Bytes32.Zero);
        return new SignedUnit(unit, signer.Sign(unit));
    }

    private static TokenAmount Price(int provider) => new((10 + provider) * BigInteger.Pow(10, 15));

    private static Terms TermsOf(TestEdge consumer, TestEdge provider, TokenAmount price) => new(
        consumer.Address, provider.Address, 20_000_000_000, price, 2_000, ChannelKind.Direct, Keccak256.HashText($"console {consumer.Address}"));
}
