using System.Text.Json;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Tests.Node;
using Tachyon.Testing.Chain;

namespace Tachyon.EdgeTunnel.Tests.Cli;

/// <summary><c>channels force-close</c> with nobody left to help, on a real chain: the deposit comes back.</summary>
public sealed class ForceCloseCommandTests(ContractsFixture contracts) : IClassFixture<ContractsFixture>
{
    private static readonly TimeSpan ChallengePeriod = TimeSpan.FromHours(12);

    [Fact]
    public async Task ForceClose_WithoutNodeProviderOrGateway_ReturnsTheDepositLessWhatWasUsed()
    {
        using var consumer = await LonelyConsumer.CreateAsync(contracts, 101, 3_000_000);
        var providerBefore = await consumer.TokensAsync(consumer.Terms.Provider);

        using var output = new AwaitedLine("The challenge period runs until");
        var running = consumer.RunAsync(output, "channels", "force-close", consumer.ChannelId.ToString());
        await UntilClosingAsync(consumer, running);
        await output.Printed.WaitAsync(TimeSpan.FromMinutes(1));
        await contracts.Anvil.AdvanceTimeAsync(ChallengePeriod);
        var run = await running;

        Assert.Equal((ExitCode.Success, ""), (run.Code, run.Error.Replace($"No node runs on {consumer.Data}; this process does the work itself.\n", "", StringComparison.Ordinal)));
        var paid = consumer.Terms.Price(3_000_000);
        Assert.Equal(NodeWorldPurse.Full - paid, await consumer.TokensAsync(consumer.Terms.Consumer));
        Assert.Equal(providerBefore + paid, await consumer.TokensAsync(consumer.Terms.Provider));
        var text = string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"0.097 IPX returned to consumer {consumer.Terms.Consumer}, 0.003 IPX went to provider", text, StringComparison.Ordinal);

        // Asked again: refused, with the reason.
        var again = await consumer.RunAsync("channels", "force-close", consumer.ChannelId.ToString());
        Assert.Equal(ExitCode.CloseFailed, again.Code);
        Assert.Contains("settled already", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForceClose_AsJson_PrintsTheChannelAsItEnded()
    {
        using var consumer = await LonelyConsumer.CreateAsync(contracts, 102, 1_000_000);

        var running = consumer.RunAsync("channels", "force-close", consumer.ChannelId.ToString(), "--json");
        await UntilClosingAsync(consumer, running);
        await contracts.Anvil.AdvanceTimeAsync(ChallengePeriod);
        var run = await running;

        Assert.Equal(ExitCode.Success, run.Code);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal("settled", document.RootElement.GetProperty("phase").GetString());
        Assert.Equal(1_000_000, document.RootElement.GetProperty("settlement").GetProperty("bytesUsed").GetInt64());
    }

    [Fact]
    public async Task ForceClose_WithTheWrongPassword_DoesNothing()
    {
        using var consumer = await LonelyConsumer.CreateAsync(contracts, 103, 1_000_000);

        var run = await consumer.RunWithAsync(contracts.Anvil.Endpoint.ToString(), "wrong", "channels", "force-close", consumer.ChannelId.ToString());

        Assert.Equal(ExitCode.WrongPassword, run.Code);
        Assert.Equal(ChannelStatus.Active, (await consumer.ViewAsync()).Status);
    }

    [Fact]
    public async Task ForceClose_WithoutGas_SaysHowMuchIsMissingAndWhere_AndGoesOnOnceItIsThere()
    {
        using var consumer = await LonelyConsumer.CreateAsync(contracts, 104, 1_000_000);
        await contracts.Anvil.SetBalanceAsync(consumer.Terms.Consumer.ToString(), 0);

        var run = await consumer.RunAsync("channels", "force-close", consumer.ChannelId.ToString(), "--timeout", "3");

        Assert.Equal(ExitCode.CloseFailed, run.Code);
        Assert.Contains($"Account {consumer.Terms.Consumer} has 0 ETH", Flat(run.Output), StringComparison.Ordinal);
        Assert.Contains("tachyon-edge watch", run.Error, StringComparison.Ordinal);

        await contracts.Anvil.SetBalanceAsync(consumer.Terms.Consumer.ToString(), 1_000_000_000_000_000_000);
        using var stop = new CancellationTokenSource();
        var watching = consumer.RunAsync(stop.Token, "watch", "--log-level", "error");
        await UntilClosingAsync(consumer, watching);
        await stop.CancelAsync();
        await watching;
    }

    [Fact]
    public async Task ForceClose_WithTheChainAway_EndsAfterTheTimeGivenAndSaysSo()
    {
        using var consumer = await LonelyConsumer.CreateAsync(contracts, 105, 1_000_000);

        var run = await consumer.RunWithAsync(
            "http://127.0.0.1:1", LonelyConsumer.Password, "channels", "force-close", consumer.ChannelId.ToString(), "--timeout", "1");

        Assert.Equal(ExitCode.CloseFailed, run.Code);
        Assert.Equal(ChannelStatus.Active, (await consumer.ViewAsync()).Status);
    }

    [Fact]
    public async Task ForceClose_OfAChannelThatIsNotThisNodes_IsUnknown()
    {
        using var consumer = await LonelyConsumer.CreateAsync(contracts, 106, 1_000_000);

        var run = await consumer.RunAsync("channels", "force-close", TestChannels.Record().ChannelId.ToString());

        Assert.Equal(ExitCode.ChannelUnknown, run.Code);
    }

    [Fact]
    public async Task TopUp_WithoutARunningNode_RaisesTheCapacityFromTheOwnAccount()
    {
        using var consumer = await LonelyConsumer.CreateAsync(contracts, 108, 1_000_000);

        var run = await consumer.RunAsync("channels", "top-up", consumer.ChannelId.ToString(), "50MB");
        var bad = await consumer.RunAsync("channels", "top-up", consumer.ChannelId.ToString(), "0.5KB");
        var tooMuch = await consumer.RunAsync("channels", "top-up", consumer.ChannelId.ToString(), "2TB");

        Assert.Equal((ExitCode.Success, ExitCode.BadSettings, ExitCode.TopUpFailed), (run.Code, bad.Code, tooMuch.Code));
        Assert.Contains("from 100 MB to 150 MB; the deposit is 0.15 IPX now, 0.1 before", Flat(run.Output), StringComparison.Ordinal);
        Assert.Equal(150_000_000UL, (await consumer.ViewAsync()).CapacityBytes);
        Assert.Equal(NodeWorldPurse.Full - consumer.Terms.Deposit(150_000_000), await consumer.TokensAsync(consumer.Terms.Consumer));
    }

    [Fact]
    public async Task Close_WithForce_GoesOnAloneWhereTheOtherSideDoesNotSign()
    {
        using var consumer = await LonelyConsumer.CreateAsync(contracts, 107, 2_000_000);

        var running = consumer.RunAsync("channels", "close", consumer.ChannelId.ToString(), "--force");
        await UntilClosingAsync(consumer, running);
        await contracts.Anvil.AdvanceTimeAsync(ChallengePeriod);
        var run = await running;

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("closing without it", run.Error, StringComparison.Ordinal);
        Assert.Equal(NodeWorldPurse.Full - consumer.Terms.Price(2_000_000), await consumer.TokensAsync(consumer.Terms.Consumer));
    }

    private static Task UntilClosingAsync(LonelyConsumer consumer, Task<CommandRun> running) => Eventually.TrueAsync(
        async () =>
        {
            Assert.False(running.IsCompleted, running.IsCompleted ? (await running).ToString() : null);
            return await consumer.ViewAsync() is { Status: ChannelStatus.Closing, ConsumerBytes: > 0 };
        },
        "the chain shows the close",
        TimeSpan.FromSeconds(60));

    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
