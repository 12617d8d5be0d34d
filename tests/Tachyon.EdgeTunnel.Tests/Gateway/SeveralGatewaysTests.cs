using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Gateway;

/// <summary>An operator with two gateways: an edge goes on with the other when the one it is connected to is gone.</summary>
public sealed class SeveralGatewaysTests : IAsyncDisposable
{
    private static readonly Announce Offer = new("203.0.113.7:9301", new TokenAmount(1_000), 10_000, 1_000_000, 0, 5);

    private readonly FakeGateway _first = new() { Name = "one.example:7443" };
    private readonly FakeGateway _second = new() { Name = "two.example:7443" };
    private readonly KeySigner _signer = new([.. Enumerable.Repeat((byte)7, 32)]);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly GatewayClient _client;

    public SeveralGatewaysTests()
    {
        var options = new GatewayClientOptions
        {
            Gateways = [new GatewayAddress(new Uri($"https://{_first.Name}")), new GatewayAddress(new Uri($"https://{_second.Name}"))],
            Domain = FakeGateway.Domain,
        };
        _client = new GatewayClient(options, _signer, new Network(_first, _second), _time, NullLogger<GatewayClient>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _signer.Dispose();
    }

    [Fact]
    public async Task Edge_WhoseGatewayDies_AnnouncesAtTheNext_AndComesBackWhenThatDiesToo()
    {
        _client.Start();
        await Until(() => IsConnectedTo(_first));
        Assert.True((await _client.AnnounceAsync(Offer, CancellationToken.None)).IsDone);
        var lostAt = _time.GetUtcNow();

        _first.Up = false;
        _first.Cut();
        await Until(() => IsConnectedTo(_second) && _second.Requests.Contains(Offer));

        // It is not kept waiting as for one gateway that is down for long.
        Assert.InRange(_time.GetUtcNow() - lostAt, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        _first.Up = true;
        _second.Up = false;
        _second.Cut();
        await Until(() => IsConnectedTo(_first) && _first.Requests.Count(request => request is Announce) == 2);
    }

    [Fact]
    public async Task Edge_WithoutAnyGateway_TriesAllInTurn_EverMoreSeldom_AndTakesWhichComesFirst()
    {
        _first.Up = _second.Up = false;
        _client.Start();
        await Until(() => _client.Status.FailedAttempts >= 8);
        Assert.InRange(_time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddYears(56), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30));
        Assert.Contains("any of the 2 gateways", (await _client.AskAsync(Heartbeat.Instance, CancellationToken.None)).Text, StringComparison.Ordinal);

        _second.Up = true;
        await Until(() => IsConnectedTo(_second));
    }

    [Fact]
    public async Task Edge_WhoseFirstGatewaySettlesElsewhere_UsesTheOther()
    {
        _first.ChallengeDomain = new Eip712Domain(1, FakeGateway.Domain.VerifyingContract);
        _client.Start();

        await Until(() => IsConnectedTo(_second));

        Assert.DoesNotContain(_first.Requests, request => request is Authenticate);
    }

    private bool IsConnectedTo(FakeGateway gateway) =>
        _client.Status.Phase == GatewayPhase.Connected && _client.Gateway.Authority == gateway.Name;

    private Task Until(Func<bool> condition) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        "the edge to be where it should");

    private sealed class Network(params FakeGateway[] gateways) : IGatewayConnector
    {
        public Task<IGatewayConnection> ConnectAsync(Uri url, CancellationToken cancellationToken) =>
            gateways.Single(gateway => gateway.Name == url.Authority).ConnectAsync(url, cancellationToken);
    }
}
