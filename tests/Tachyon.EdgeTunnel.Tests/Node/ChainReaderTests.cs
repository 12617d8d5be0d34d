using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tests.Node;

public sealed class ChainReaderTests
{
    [Fact]
    public async Task Read_AChannelsLife_IsFollowedToItsEnd()
    {
        await using var eyes = new ChainEyes();
        await eyes.Reader.ReadAsync(default);
        Assert.Empty(eyes.Book.All);

        await eyes.OpenAsync();
        await eyes.Reader.ReadAsync(default);
        Assert.Equal(ChannelStage.Opened, eyes.Stage);
        Assert.Equal(SessionRole.Consumer, eyes.Book.Find(eyes.ChannelId)!.Role);
        Assert.Equal(ChainEyes.Terms, eyes.Book.Find(eyes.ChannelId)!.Terms);

        await eyes.SendAsync(new ChainCall.Confirm(ChainEyes.Terms));
        await eyes.Reader.ReadAsync(default);
        Assert.Equal(ChannelStage.Active, eyes.Stage);

        var closure = new Closure(eyes.ChannelId, 5_000, eyes.Chain.NowSeconds + 600);
        await eyes.SendAsync(new ChainCall.CooperativeClose(
            ChainEyes.Terms, closure.BytesUsed, closure.ValidUntilSeconds,
            TestChannels.Consumer.Sign(closure, eyes.Chain.Domain), TestChannels.Provider.Sign(closure, eyes.Chain.Domain)));
        await eyes.Reader.ReadAsync(default);
        Assert.Equal(ChannelStage.Settled, eyes.Stage);
        var settlement = eyes.Book.FindSettlement(eyes.ChannelId)!;
        Assert.Equal((5_000UL, ChainEyes.Terms.Price(5_000)), (settlement.BytesUsed, settlement.Paid));
        Assert.Equal(ChainEyes.Terms.Deposit(ChainEyes.Terms.CapacityBytes), settlement.Paid + settlement.Refunded);
    }

    [Fact]
    public async Task Read_ChannelsOfOthers_AreNotKept()
    {
        await using var eyes = new ChainEyes(self: Address.FromBytes(TestChannels.Key(5).AsSpan(0, 20)));
        await eyes.OpenAsync();

        await eyes.Reader.ReadAsync(default);

        Assert.Empty(eyes.Book.All);
    }

    [Fact]
    public async Task Read_BeforeFinality_CountsNothingButAnEnd()
    {
        await using var eyes = new ChainEyes(finalityDepth: 3);
        await eyes.OpenAsync();
        await eyes.Reader.ReadAsync(default);
        Assert.Null(eyes.Stage);

        await eyes.SendAsync(new ChainCall.Confirm(ChainEyes.Terms));
        eyes.Chain.Mine(3);
        await eyes.Reader.ReadAsync(default);
        Assert.Equal(ChannelStage.Active, eyes.Stage);

        await eyes.SendAsync(new ChainCall.StartClose(ChainEyes.Terms, null, null));
        await eyes.Reader.ReadAsync(default);
        Assert.Equal(ChannelStage.Active, eyes.Stage);
        Assert.True(eyes.Book.IsSeenEnding(eyes.ChannelId));

        eyes.Chain.Mine(3);
        await eyes.Reader.ReadAsync(default);
        Assert.Equal(ChannelStage.Closing, eyes.Stage);
    }

    [Fact]
    public async Task Read_AfterARestart_GoesOnWhereItWasAndMissesNothing()
    {
        await using var eyes = new ChainEyes();
        await eyes.OpenAsync();
        await eyes.Reader.ReadAsync(default);
        await eyes.RestartAsync();
        Assert.Equal(ChannelStage.Opened, eyes.Stage);

        await eyes.SendAsync(new ChainCall.Decline(ChainEyes.Terms));
        eyes.Chain.Mine(5);
        await eyes.Reader.ReadAsync(default);

        Assert.Equal(ChannelStage.Declined, eyes.Stage);
    }

    [Fact]
    public async Task Read_AfterAReorganisationThatDroppedTheOpening_ForgetsThatItWasOpened()
    {
        await using var eyes = new ChainEyes();
        eyes.Chain.Mine(2);
        await eyes.OpenAsync();
        await eyes.Reader.ReadAsync(default);
        Assert.Equal(ChannelStage.Opened, eyes.Stage);

        eyes.Chain.Reorganise(2, dropTransactions: true);
        await eyes.Reader.ReadAsync(default);

        Assert.Equal(ChannelStage.Intended, eyes.Stage);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Read_WhenTheChainStopsAnswering_SaysSoAndLosesNothing(int failures)
    {
        await using var eyes = new ChainEyes();
        await eyes.OpenAsync();
        eyes.Chain.Faults.FailRequests(failures);
        for (var failure = 0; failure < failures; failure++)
        {
            await Assert.ThrowsAsync<ChainUnavailableException>(() => eyes.Reader.ReadAsync(default));
        }

        await eyes.Reader.ReadAsync(default);

        Assert.Equal(ChannelStage.Opened, eyes.Stage);
    }
}
