using Tachyon.Chain;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Matching;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>Opening straight to active, and what an edge does when that is refused, lied about or too late.</summary>
public sealed class AcceptanceTests : IDisposable
{
    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task Consumer_WithAnAcceptance_IsServedWithoutAConfirm()
    {
        _world.Silo.Brokers = true;
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        Assert.Equal(100_000, await consumer.EchoAsync(_target, 100_000));
        Assert.DoesNotContain(_world.Silo.Requests, request => request is ConfirmRelay);
        Assert.Equal(1, await _world.Chain.CountActiveChannelsAsync(TestChannels.Provider.Address, ReadAt.Latest));
    }

    [Fact]
    public async Task Consumer_GivenAForgedAcceptance_OpensAndWaitsForTheConfirm()
    {
        _world.Silo.Instead = request => request is AcceptanceRequest asked
            ? new AcceptanceReply(
                (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 300,
                TestChannels.Consumer.Sign(new Acceptance(asked.Terms.ChannelId(_world.Chain.Domain), (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 300), _world.Chain.Domain))
            : null;
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        Assert.Contains(_world.Silo.Requests, request => request is ConfirmRelay);
    }

    [Fact]
    public async Task Consumer_WhoseAcceptanceComesToNothing_OpensWithoutIt()
    {
        _world.Silo.Brokers = true;
        await using var provider = _world.StartProvider();
        await provider.ServingAsync();
        _world.Silo.Instead = request =>
        {
            if (request is AcceptanceRequest)
            {
                // The chain's time is past what the provider signs for.
                _world.Chain.AdvanceTime(TimeSpan.FromMinutes(20));
            }

            return null;
        };
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        Assert.Contains(_world.Silo.Requests, request => request is ConfirmRelay);
    }

    [Fact]
    public async Task Provider_AskedToAcceptWhatItDoesNotSell_RefusesWithTheReason()
    {
        _world.Silo.Brokers = true;
        await using var provider = _world.StartProvider(toleranceLimitPpm: 10);
        await provider.ServingAsync();
        _world.Silo.Instead = request => request is MatchRequest
            ? new MatchResult(null, [new ProviderOffer(TestChannels.Provider.Address, provider.Status.Listen!, NodeWorld.Price, 10_000, 5, ulong.MaxValue, ulong.MaxValue)])
            : null;

        await using var consumer = _world.StartConsumer(provider: TestChannels.Provider.Address);
        await Assert.ThrowsAsync<NodeException>(() => consumer.Running);

        Assert.Equal(RefusalReason.ToleranceAboveLimit, Assert.Single(_world.Silo.Requests.OfType<AcceptanceAnswer>()).Reason);

        // Told beforehand, it deposits nothing that would have to be declined.
        Assert.DoesNotContain(_world.Silo.Requests, request => request is OpenNotice or DeclineRelay);
        Assert.Equal(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }
}
