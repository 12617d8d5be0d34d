using Tachyon.Chain;
using Tachyon.EdgeTunnel.Config;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>More capacity for a channel in use: paid once, and the session goes on.</summary>
public sealed class TopUpTests : IDisposable
{
    private readonly NodeWorld _world = new();
    private readonly EchoServer _target = new();

    public void Dispose()
    {
        _target.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task TopUp_OfAChannelInUse_RaisesItWithinTheSessionAndPaysOnce()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();
        await consumer.EchoAsync(_target, 100_000);

        Assert.Null(consumer.TopUp(150_000_000).Fault);
        await consumer.UntilAsync(status => status.Channels[0].TopUp?.State == "done", "the capacity is raised");
        await provider.UntilAsync(status => status.Channels[0].CapacityBytes == 150_000_000, "the provider sees it");

        Assert.True(consumer.OnlyChannel.Connected);
        var deposit = TestChannels.Terms().Deposit(150_000_000);
        Assert.Equal(NodeWorld.Purse - deposit, await _world.Chain.GetBalanceAsync(TestChannels.Consumer.Address, ReadAt.Latest));
        Assert.Equal(deposit.ToTokens(), consumer.OnlyChannel.DepositIpx);
    }

    [Fact]
    public async Task TopUp_AboveWhatTheAccountHas_FailsWithBothAmounts()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        Assert.Null(consumer.TopUp(2_000_000_000_000).Fault);
        await consumer.UntilAsync(status => status.Channels[0].TopUp?.State == "failed", "it is refused");

        Assert.Contains("IPX", consumer.OnlyChannel.TopUp!.Detail, StringComparison.Ordinal);
        Assert.Equal(100_000_000UL, consumer.OnlyChannel.CapacityBytes);
    }

    [Theory]
    [InlineData(100_000_000)]
    [InlineData(100_000_001)]
    [InlineData(1_000)]
    public async Task TopUp_ToWhatIsNoHigherCapacity_IsRefusedBeforeAnythingIsSent(ulong capacityBytes)
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        Assert.Equal("notToppedUp", consumer.TopUp(capacityBytes).Fault);
        Assert.Null(consumer.OnlyChannel.TopUp);
    }

    [Fact]
    public async Task TopUp_ByTheProviderOrOfAChannelBeingClosed_IsRefused()
    {
        await using var provider = _world.StartProvider();
        await using var consumer = _world.StartConsumer();
        await consumer.ServingAsync();

        Assert.Contains("only its consumer", provider.TopUp(200_000_000).Text, StringComparison.Ordinal);
        await consumer.ForceCloseAsync(EdgeTunnel.Journal.CloseRoute.OwnAccount);
        Assert.Contains("being closed", consumer.TopUp(200_000_000).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500MB", 500_000_000UL)]
    [InlineData("1.5gb", 1_500_000_000UL)]
    [InlineData("2000", 2_000UL)]
    [InlineData("0.001 MB", 1_000UL)]
    [InlineData("1TB", 1_000_000_000_000UL)]
    [InlineData("0", 0UL)]
    [InlineData("-5MB", 0UL)]
    [InlineData("1500", 0UL)]
    [InlineData("1e9", 0UL)]
    [InlineData("MB", 0UL)]
    [InlineData("999999999TB", 0UL)]
    public void ByteAmounts_AreReadAsPeopleWriteThem(string text, ulong bytes)
    {
        Assert.Equal(bytes > 0, ByteAmounts.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }
}
