using Orleans.Runtime;
using Tachyon.Grains.Deadlines;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Tests.Settlement;

namespace Tachyon.Grains.Tests.Deadlines;

/// <summary>No deadline that was acknowledged is ever forgotten, and none costs more because there are many.</summary>
public sealed class DeadlineLedgerTests
{
    private static readonly GrainId Grain = GrainId.Create("deadlines", "7");

    private readonly CrashingStorage _storage = new();

    [Fact]
    public async Task Deadlines_AreThereAfterARestart_AsTheyWereLastSet()
    {
        DeadlineLedger ledger = await Load();
        for (int i = 0; i < 200; i++)
        {
            await ledger.SetAsync(Channel(i), (ulong)(1_000 + i));
        }

        await ledger.SetAsync(Channel(7), 5);
        await ledger.SetAsync(Channel(8), null);
        await ledger.SetAsync(Channel(300), null);

        Dictionary<ChannelId, ulong> found = (await Load()).All.ToDictionary(deadline => deadline.Channel, deadline => deadline.DueAtSeconds);
        Assert.Equal(199, found.Count);
        Assert.Equal(5UL, found[Channel(7)]);
        Assert.Equal(1_199UL, found[Channel(199)]);
        Assert.DoesNotContain(Channel(8), found);
    }

    [Fact]
    public async Task Change_WritesOnePage_HoweverManyDeadlinesThereAre()
    {
        DeadlineLedger ledger = await Load();
        for (int i = 0; i < 5_000; i++)
        {
            await ledger.SetAsync(Channel(i), 1_000);
        }

        int before = _storage.Writes;
        await ledger.SetAsync(Channel(17), 2_000);
        await ledger.SetAsync(Channel(17), null);
        await ledger.SetAsync(Channel(5_001), 2_000);

        Assert.Equal(3, _storage.Writes - before);
    }

    [Fact]
    public async Task PlacesThatWereFreed_AreUsedAgain()
    {
        DeadlineLedger ledger = await Load();
        for (int i = 0; i < 5_000; i++)
        {
            await ledger.SetAsync(Channel(i), 1_000);
            await ledger.SetAsync(Channel(i), null);
        }

        // The head at the start and for the first pages.
        Assert.Equal(2 + 10_000, _storage.Writes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CrashAtAnyStorageOperation_LosesNothingAcknowledged(bool afterwards)
    {
        for (int crashAt = 1; crashAt < 300; crashAt++)
        {
            var storage = new CrashingStorage();
            storage.FailAt(crashAt, afterwards);
            Dictionary<ChannelId, ulong> acknowledged = [];
            DeadlineLedger? ledger = null;
            for (int i = 0; i < 30; i++)
            {
                try
                {
                    ledger ??= await Load(storage);
                    await ledger.SetAsync(Channel(i % 20), (ulong)(1_000 + i));
                    acknowledged[Channel(i % 20)] = (ulong)(1_000 + i);
                }
                catch (Exception fault) when (fault is StorageFaultException or IOException)
                {
                    ledger = null;
                    i--; // Whoever gets no acknowledgement asks again.
                }
            }

            storage.FailAt(0);
            Assert.Equal(acknowledged.OrderBy(pair => pair.Key), (await Load(storage)).All.Select(pair => KeyValuePair.Create(pair.Channel, pair.DueAtSeconds)).OrderBy(pair => pair.Key));
        }
    }

    [Fact]
    public async Task AnotherActivationInTheMiddleOfAnything_ForgetsNothingAcknowledged()
    {
        for (int at = 1; at < 60; at++)
        {
            var storage = new CrashingStorage();
            DeadlineLedger older = await Load(storage);
            DeadlineLedger? younger = null;
            storage.At(at, async () =>
            {
                younger = await Load(storage);
                await younger.SetAsync(Channel(99), 99);
            });
            List<ChannelId> acknowledged = [];
            for (int i = 0; i < 3; i++)
            {
                try
                {
                    await older.SetAsync(Channel(i), 1_000);
                    acknowledged.Add(Channel(i));
                }
                catch (StorageFaultException)
                {
                    // It has noticed.
                }
            }

            if (younger is not null)
            {
                // It lives on without reading anything again.
                Assert.Superset(acknowledged.Append(Channel(99)).ToHashSet(), younger.All.Select(deadline => deadline.Channel).ToHashSet());
            }
        }
    }

    private static ChannelId Channel(int number) => new(Keccak256.HashText($"channel {number}"));

    private Task<DeadlineLedger> Load() => Load(_storage);

    private static async Task<DeadlineLedger> Load(CrashingStorage storage)
    {
        var ledger = new DeadlineLedger(
            () => new StoredRecord<DeadlineHead>(storage, "deadlines", Grain),
            page => new StoredRecord<DeadlinePage>(storage, $"deadlines-{page}", Grain),
            () => { });
        await ledger.LoadAsync();
        return ledger;
    }
}
