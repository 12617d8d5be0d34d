using Tachyon.Chain;
using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>A crash at every single storage operation of an operation's life, each followed by a fresh activation.</summary>
public sealed class OutboxCrashTests
{
    /// <summary>More than any of the lives below needs.</summary>
    private const int MostOperations = 400;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CrashAtEveryStorageOperation_LeavesExactlyOneEffect(bool afterwards)
    {
        int lived = 0;
        for (int crashAt = 1; crashAt < MostOperations; crashAt++)
        {
            using var bench = new OutboxBench(finalityDepth: 1);
            bench.Chain.Automine = false;
            SettlementIntent intent = await bench.NewConfirm();
            bench.Storage.FailAt(crashAt, afterwards);

            await Live(bench, [intent]);

            bool reached = bench.Storage.Operations >= crashAt;
            Assert.Equal(1, await bench.Count<ChannelConfirmed>(intent.ChannelId));
            Assert.Equal(1UL, await bench.MinedNonce());
            Assert.Empty(bench.AmbiguousNonces);
            if (!reached)
            {
                break;
            }

            lived++;
        }

        // Taking slots, adding, the grant, the transaction, its replacement, sent, mined, final.
        Assert.InRange(lived, 60, MostOperations - 2);
    }

    [Fact]
    public async Task AnotherActivationInTheMiddleOfAnything_NeverGivesANonceTwoMeanings()
    {
        for (int at = 1; at < MostOperations; at++)
        {
            using var bench = new OutboxBench();
            bench.Chain.Automine = false;
            SettlementIntent first = await bench.NewConfirm();

            // It goes first, and alone: so the younger activation would give it the nonce that the older has in mind.
            SettlementIntent second = await NewChallenge(bench);
            bench.Options.OutboxMaxInFlight = 1;
            OutboxBench.Activation older = await bench.Activate();
            OutboxBench.Activation? younger = null;
            bench.Storage.At(at, async () =>
            {
                younger = await bench.Activate();
                await younger.Outbox.EnqueueAsync(second);
                await younger.Round();
            });

            // The older one goes on as if nothing had happened, until it notices.
            for (int step = 0; step < 3; step++)
            {
                await Quietly(() => older.Outbox.EnqueueAsync(first));
                await older.Round();
            }

            bool reached = younger is not null;
            bench.Storage.At(0, () => Task.CompletedTask);
            await Live(bench, [first, second]);

            Assert.Empty(bench.AmbiguousNonces);
            Assert.Equal(1, await bench.Count<ChannelConfirmed>(first.ChannelId));
            Assert.Equal(1, await bench.Count<ChannelChallenged>(second.ChannelId));
            if (!reached)
            {
                Assert.InRange(at, 70, MostOperations);
                return;
            }
        }

        Assert.Fail("the older activation never came to its end undisturbed");
    }

    [Fact]
    public async Task ChainThatDoesNotAnswerAnyOneRequest_LeavesExactlyOneEffect()
    {
        for (int failAt = 1; failAt < MostOperations; failAt++)
        {
            using var bench = new OutboxBench(finalityDepth: 1);
            bench.Chain.Automine = false;
            SettlementIntent intent = await bench.NewConfirm();
            bench.Requests.FailAt = failAt;

            bool reached = await Live(bench, [intent]) >= failAt;

            Assert.Equal(1, await bench.Count<ChannelConfirmed>(intent.ChannelId));
            Assert.Equal(1UL, await bench.MinedNonce());
            if (!reached)
            {
                Assert.InRange(failAt, 20, MostOperations);
                return;
            }
        }

        Assert.Fail("the life never came to its end without a fault");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CrashAtEveryStorageOperation_OfSettlementsInABatch_LeavesExactlyOneEffectOfEach(bool afterwards)
    {
        for (int crashAt = 66; crashAt < MostOperations; crashAt++)
        {
            using var bench = new OutboxBench(finalityDepth: 1);
            SettlementIntent[] intents = [await NewSettle(bench), await NewSettle(bench), await NewSettle(bench)];
            bench.Pass(TimeSpan.FromHours(13));
            bench.Chain.Automine = false;
            bench.Storage.FailAt(crashAt, afterwards);

            await Live(bench, intents);

            foreach (SettlementIntent intent in intents)
            {
                Assert.Equal(1, await bench.Count<ChannelSettled>(intent.ChannelId));
            }

            Assert.Empty(bench.AmbiguousNonces);
            if (bench.Storage.Operations < crashAt)
            {
                return;
            }
        }

        Assert.Fail("the life never came to its end without a crash");
    }

    /// <summary>Hands the operations over until they are taken, and runs rounds until all have succeeded; each fault ends the activation.</summary>
    private static async Task Quietly(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (StorageFaultException)
        {
            // It has noticed.
        }
    }

    /// <returns>how many requests were made of the chain</returns>
    private static async Task<int> Live(OutboxBench bench, SettlementIntent[] intents)
    {
        OutboxBench.Activation? activation = null;
        HashSet<string> taken = [];
        for (int step = 0; step < 60; step++)
        {
            try
            {
                activation = activation is null or { IsOver: true } ? await bench.Activate() : activation;
                foreach (SettlementIntent intent in intents.Where(intent => !taken.Contains(intent.OperationId)))
                {
                    Assert.NotNull(await activation.Outbox.EnqueueAsync(intent));
                    taken.Add(intent.OperationId);
                }

                await activation.Round();
                if (!activation.IsOver && intents.All(intent => activation.Outbox.Find(intent.OperationId) is { State: IntentState.Succeeded }))
                {
                    return bench.Requests.Count;
                }
            }
            catch (Exception fault) when (fault is StorageFaultException or IOException)
            {
                // What is in memory dies with the process.
                activation = null;
            }

            // Too dear for the first transaction, so that it has to be replaced.
            bench.Chain.BaseFee = step == 0 ? 3_000_000_000 : bench.Chain.BaseFee;
            bench.Pass(TimeSpan.FromSeconds(40));
        }

        throw new TimeoutException("the operations did not end");
    }

    private static async Task<SettlementIntent> NewChallenge(OutboxBench bench)
    {
        bool automine = bench.Chain.Automine;
        bench.Chain.Automine = true;
        (Cluster.Party consumer, Terms terms) = await bench.Open(active: true);
        await consumer.Send(bench.Chain, new ChainCall.StartClose(terms, null, null));
        bench.Chain.Automine = automine;
        return SettlementIntent.Challenge(terms.ChannelId(bench.Chain.Domain), terms, consumer.Unit(terms, 1, 1_000_000), null);
    }

    private static async Task<SettlementIntent> NewSettle(OutboxBench bench)
    {
        (Cluster.Party consumer, Terms terms) = await bench.Open(active: true);
        await consumer.Send(bench.Chain, new ChainCall.StartClose(terms, null, null));
        return SettlementIntent.Settle(terms.ChannelId(bench.Chain.Domain), terms);
    }
}
