using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Settlement;

// What a full outbox, or a slow chain, may hold up, and what it may not.
public sealed partial class OutboxTests
{
    [Fact]
    public async Task FullOutbox_TakesNothingMore_AndSaysSo()
    {
        await _cluster.DisposeAsync();
        await Start(options => options.OutboxMaxQueued = 1);
        SettlementIntent first = await NewConfirm();
        SettlementIntent second = await NewConfirm();
        _cluster.Chain.Faults.Down = true;

        Assert.True((await _cluster.Outbox.Enqueue(first)).Accepted);
        Assert.False((await _cluster.Outbox.Enqueue(second)).Accepted);
    }

    [Fact]
    public async Task FullOutbox_StillTakesChallenges()
    {
        await _cluster.DisposeAsync();
        await Start(options => options.OutboxMaxQueued = 1);
        SettlementIntent first = await NewConfirm();
        SettlementIntent challenge = await NewChallenge();
        _cluster.Chain.Faults.Down = true;

        Assert.True((await _cluster.Outbox.Enqueue(first)).Accepted);
        Assert.True((await _cluster.Outbox.Enqueue(challenge)).Accepted);
    }

    [Fact]
    public async Task PartyThatAsksAgainAndAgain_DoesNotFillTheOutbox()
    {
        Terms terms = _cluster.NewTerms(_consumer, _provider);
        ChannelId channel = await _cluster.OpenActive(_consumer, _provider, terms);
        SettlementIntent other = await NewConfirm();
        _cluster.Chain.Faults.Down = true;

        int taken = 0;
        foreach (ulong later in Enumerable.Range(0, 50).Select(i => (ulong)i))
        {
            SettlementIntent close = SettlementIntent.StartClose(terms, _consumer.Close(channel, SoonSeconds + later), null, null);
            taken += (await _cluster.Outbox.Enqueue(close)).Accepted ? 1 : 0;
        }

        Assert.InRange(taken, 1, 4);
        Assert.True((await _cluster.Outbox.Enqueue(other)).Accepted);
    }

    [Fact]
    public async Task MinedTransactionsThatAreNotFinal_HoldUpNoOthers()
    {
        await _cluster.DisposeAsync();
        await Start(options => options.OutboxMaxInFlight = 1, finalityDepth: 3);
        SettlementIntent first = await NewConfirm(finalityDepth: 3);
        SettlementIntent second = await NewConfirm(finalityDepth: 3);

        await _cluster.Outbox.Enqueue(first);
        await _cluster.Outbox.Enqueue(second);

        await Eventually.TrueAsync(
            async () => await Find(first) is { State: IntentState.Mined } && await Find(second) is { State: IntentState.Mined },
            "both to be mined, neither being final");
    }

    [Fact]
    public async Task ChallengeBehindATransactionThatIsTooDearToReplace_IsMinedAllTheSame()
    {
        SettlementIntent confirm = await NewConfirm();
        SettlementIntent challenge = await NewChallenge();
        _cluster.Chain.Automine = false;
        await _cluster.Outbox.Enqueue(confirm);
        await Eventually.TrueAsync(async () => await Find(confirm) is { State: IntentState.Sent }, "the confirm to wait");

        // 1,000 gwei, twice the limit.
        _cluster.Chain.BaseFee = 1_000_000_000_000;
        await _cluster.Outbox.Enqueue(challenge);

        await Eventually.TrueAsync(
            async () =>
            {
                _cluster.Chain.Mine();
                return await Find(challenge) is { State: IntentState.Succeeded };
            },
            "the challenge to be mined");
    }
}
