using Tachyon.Chain;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>A silo that wants to steer consumers to providers of its choice: the consumer works the ranking out by itself.</summary>
public sealed class LyingSiloTests : IDisposable
{
    private readonly NodeWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("a seed that no block has")]
    [InlineData("the seed of the block beside the epoch's")]
    [InlineData("no seed at all")]
    [InlineData("the seed before last")]
    public async Task Consumer_GivenAMatchByAnotherSeed_OpensNothingAndSaysWhy(string lie)
    {
        _world.Chain.Mine((3 * (int)ProtocolConstants.EpochBlocks) + 100);
        Bytes32? seed = lie switch
        {
            "no seed at all" => null,
            "the seed of the block beside the epoch's" => await HashAsync((3 * ProtocolConstants.EpochBlocks) + 1),
            "the seed before last" => await HashAsync(ProtocolConstants.EpochBlocks),
            _ => Keccak256.HashText("ground until the right one came out"),
        };

        // In the right order for the seed that is named: only the seed is wrong.
        Answer(seed, offers => offers);
        await FailsAsync("epoch seed");
    }

    [Fact]
    public async Task Consumer_GivenTheRightSeed_AndAnOrderByItsOwnId_OpensNothing()
    {
        _world.Chain.Mine((int)ProtocolConstants.EpochBlocks + 1);
        var seed = await HashAsync(ProtocolConstants.EpochBlocks);
        var byOwnId = MatchOrder.Closest(TestChannels.Consumer.Address, Offers(), 8);
        Assert.NotEqual(byOwnId, MatchOrder.Closest(MatchTarget.For(TestChannels.Consumer.Address, seed), Offers(), 8));

        Answer(seed, _ => byOwnId);
        await FailsAsync(nameof(MatchOrderFault.OutOfOrder));
    }

    [Fact]
    public async Task Consumer_OfAYoungChain_TakesNoSeedButNone()
    {
        Answer(await HashAsync(0), offers => offers);
        await FailsAsync("epoch seed");
    }

    [Fact]
    public async Task SeedsOfTheOwnEndpoint_TheNewestAndForAnHourTheOneBefore()
    {
        _world.Chain.Mine(2 * (int)ProtocolConstants.EpochBlocks);
        var block = (await _world.Chain.FindBlockAsync(2 * ProtocolConstants.EpochBlocks))!;
        var nowMs = block.TimestampSeconds * 1_000;
        var current = block.Hash;
        var before = await HashAsync(ProtocolConstants.EpochBlocks);

        Assert.True(await OwnEpochSeeds.IsValidAsync(_world.Chain, current, nowMs, default));
        Assert.True(await OwnEpochSeeds.IsValidAsync(_world.Chain, before, nowMs, default));
        Assert.True(await OwnEpochSeeds.IsValidAsync(_world.Chain, current, nowMs + 10_000_000, default));
        Assert.False(await OwnEpochSeeds.IsValidAsync(_world.Chain, before, nowMs + 10_000_000, default));
        Assert.False(await OwnEpochSeeds.IsValidAsync(_world.Chain, null, nowMs, default));
    }

    private void Answer(Bytes32? seed, Func<IReadOnlyList<ProviderOffer>, IReadOnlyList<ProviderOffer>> reorder) =>
        _world.Silo.Instead = request => request is MatchRequest
            ? new MatchResult(seed, reorder(MatchOrder.Closest(MatchTarget.For(TestChannels.Consumer.Address, seed), Offers(), 8)))
            : null;

    private async Task FailsAsync(string why)
    {
        await using var consumer = _world.StartConsumer(openTimeout: EndlessWait.Length);
        var fault = await consumer.GivesUpAsync(NodeFault.WrongMatch);
        Assert.Equal(NodeFault.WrongMatch, fault.Fault);
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.Empty(consumer.Status.Channels);
        Assert.Equal(NodeWorld.Purse, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
    }

    private async Task<Bytes32> HashAsync(ulong number) => (await _world.Chain.FindBlockAsync(number))!.Hash;

    private static List<ProviderOffer> Offers() => [.. Enumerable.Range(1, 8).Select(number => new ProviderOffer(
        Address.FromBytes(Keccak256.HashText($"offer {number}").ToArray().AsSpan(0, Address.Length)),
        "127.0.0.1:1", NodeWorld.Price, 10_000, 5, ulong.MaxValue, ulong.MaxValue))];
}
