using Tachyon.Grains.Channels;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>An endpoint that lies: what the contract cannot have said changes nothing, and throws nothing that would stop the feed.</summary>
public sealed class ChannelHistoryTests
{
    private static readonly Eip712Domain Domain = new(31_337, Party(9));

    private static readonly Terms Terms =
        new(Party(1), Party(2), 100_000_000, new TokenAmount(1_000_000), 1_000, ChannelKind.Direct, Keccak256.HashText("salt"));

    private static readonly ChannelId Id = Terms.ChannelId(Domain);

    [Fact]
    public void TermsThatDoNotGiveTheChannelsId_AreNotTaken()
    {
        Assert.NotNull(Apply(new ChannelRecord(), Opened(Terms)));

        Assert.Null(Apply(new ChannelRecord(), Opened(Terms with { Provider = Party(3) })));
        Assert.Null(Apply(new ChannelRecord(), Opened(Terms with { PricePerMB = new TokenAmount(1) })));
        Assert.Null(Apply(new ChannelRecord(), Opened(null)));
    }

    [Fact]
    public void TermsThatTheContractRefuses_AreNotTaken_ThoughTheyGiveTheId()
    {
        Terms toItself = Terms with { Provider = Terms.Consumer };

        Assert.Null(ChannelHistory.Apply(new ChannelRecord(), Batch(Opened(toItself)), toItself.ChannelId(Domain), Domain));
    }

    [Theory]
    [InlineData(ChannelChainEventKind.ToppedUp, 100_000_000)]
    [InlineData(ChannelChainEventKind.ToppedUp, 100_000_500)]
    [InlineData(ChannelChainEventKind.ToppedUp, ulong.MaxValue)]
    [InlineData(ChannelChainEventKind.Claimed, 4_000_000)]
    [InlineData(ChannelChainEventKind.Claimed, 100_001_000)]
    [InlineData(ChannelChainEventKind.Closed, 4_000_000)]
    [InlineData(ChannelChainEventKind.Closed, ulong.MaxValue)]
    [InlineData(ChannelChainEventKind.Closing, ulong.MaxValue)]
    public void FiguresThatTheContractCannotHave_AreNotTaken(ChannelChainEventKind kind, ulong bytes)
    {
        ChannelRecord active = Apply(
            new ChannelRecord(),
            Opened(Terms),
            ChainEvents.Of(ChannelChainEventKind.Confirmed, block: 2),
            ChainEvents.Of(ChannelChainEventKind.Claimed, block: 3, bytes: 5_000_000))!;

        Assert.Null(Apply(active, ChainEvents.Of(kind, block: 4, bytes: bytes)));
    }

    [Fact]
    public void SettlementWithoutFigures_IsNotTaken()
    {
        ChannelRecord closing = Apply(
            new ChannelRecord(),
            Opened(Terms),
            ChainEvents.Of(ChannelChainEventKind.Confirmed, block: 2),
            ChainEvents.Of(ChannelChainEventKind.Closing, block: 3))!;

        Assert.Null(Apply(closing, ChainEvents.Of(ChannelChainEventKind.Settled, block: 4) with { Settlement = null }));
    }

    [Fact]
    public void SameEventsAgain_ChangeNothing()
    {
        ChannelChainEvent[] events = [Opened(Terms), ChainEvents.Of(ChannelChainEventKind.Confirmed, block: 2)];
        ChannelRecord once = Apply(new ChannelRecord(), events)!;

        Assert.Equal(once, Apply(once, events));
    }

    private static ChannelChainEvent Opened(Terms? terms) => ChainEvents.Of(ChannelChainEventKind.Opened, terms: terms);

    private static ChannelRecord? Apply(ChannelRecord record, params ChannelChainEvent[] events) =>
        ChannelHistory.Apply(record, Batch(events), Id, Domain);

    private static ChannelEventBatch Batch(params ChannelChainEvent[] events) => new() { Events = events, UpToBlock = 10 };

    private static Address Party(int number) => Address.FromBytes(Keccak256.HashText($"party {number}").ToArray().AsSpan(^Address.Length..));
}
