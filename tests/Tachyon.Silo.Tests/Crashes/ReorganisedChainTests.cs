using System.Net;
using System.Text.Json;
using Tachyon.Chain;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Tests.Fixtures;
using Tachyon.Testing.Chain;

namespace Tachyon.Silo.Tests.Crashes;

/// <summary>The real program on a real node whose newest blocks, which count as final there, are replaced.</summary>
public sealed class ReorganisedChainTests(ContractsFixture contracts) : IClassFixture<ContractsFixture>
{
    [Fact]
    public async Task ChannelThatAReorganisationTakesAway_IsUnknownAgain_AndFollowedWhenItIsOpenedAgain()
    {
        using var chain = await contracts.ConnectAsync();
        using var silo = await SiloProcess.CreateAsync(contracts);
        await silo.StartAsync();
        using var http = new HttpClient { BaseAddress = silo.Url };
        using var consumer = new TestEdge(11, contracts.Deployment.Domain);
        using var provider = new TestEdge(12, contracts.Deployment.Domain);
        await contracts.FundAsync(consumer.Address, ContractsFixture.TokensPerAccount);
        await contracts.FundAsync(provider.Address, ContractsFixture.TokensPerAccount);
        var terms = new Terms(
            consumer.Address, provider.Address, 1_000_000_000, new TokenAmount(1_000_000), 1_000, ChannelKind.Direct, Keccak256.HashText("reorganised"));
        var channel = terms.ChannelId(chain.Domain);
        using var opening = new ConsumerAccount(chain, consumer.Account, ContractsFixture.Sending);
        var before = (await chain.GetBlockAsync(ReadAt.Latest)).Number;
        await SucceedsAsync(opening.OpenAsync(terms));
        await ReachesAsync(http, channel, "opened", silo);

        await contracts.Anvil.ReorganiseAsync((int)((await chain.GetBlockAsync(ReadAt.Latest)).Number - before));

        await ReachesAsync(http, channel, null, silo);
        await SucceedsAsync(opening.OpenAsync(terms));
        using var confirming = new TransactionSender(chain, provider.Account, ContractsFixture.Sending);
        await SucceedsAsync(confirming.SendAsync(new ChainCall.Confirm(terms)));
        await ReachesAsync(http, channel, "active", silo);

        // And the confirm alone is undone as well.
        await contracts.Anvil.ReorganiseAsync(1);
        await ReachesAsync(http, channel, "opened", silo);
    }

    private static async Task SucceedsAsync(Task<CallOutcome> sending)
    {
        var outcome = await sending;
        Assert.True(outcome.Succeeded, outcome.ToString());
    }

    /// <summary>Waits until the silo shows the channel in a phase, or, for null, until it knows no such channel.</summary>
    private static Task ReachesAsync(HttpClient http, ChannelId channel, string? phase, SiloProcess silo) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await http.GetAsync(new Uri($"/v1/channels/{channel}", UriKind.Relative));
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return phase is null && answer.StatusCode == HttpStatusCode.NotFound;
            }

            using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return document.RootElement.GetProperty("phase").GetString() == phase;
        },
        $"the silo to show {phase ?? "no channel"}; it said: {silo.Said()}");
}
