using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Tests.Reputation;

/// <summary>The log over many pages: read from anywhere, from any silo, after all of them died.</summary>
public sealed class StatementLogTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;

    private IStatementLogGrain Log => _cluster.Grains.StatementLog();

    public async Task InitializeAsync() => _cluster = await GrainCluster.Start();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Pages_AreReadWithoutGaps_FromAnySequence_AlsoAfterEverySiloDied()
    {
        const int count = (3 * StatementPage.MaxEntries) + 5;
        for (int i = 1; i <= count; i++)
        {
            Assert.Equal((ulong)i, await Log.Append(Entry(i)));
        }

        await ReadAllFrom(0, count);
        await _cluster.KillAllSilos();
        await ReadAllFrom(0, count);
        await ReadAllFrom(StatementPage.MaxEntries - 1, count);
        await ReadAllFrom(StatementPage.MaxEntries, count);
        await ReadAllFrom(count, count);
        Assert.Empty((await Log.Read(ulong.MaxValue)).Entries);
    }

    [Fact]
    public async Task Page_WhoseHeadWasNotWritten_IsWrittenAgain()
    {
        for (int i = 1; i <= StatementPage.MaxEntries; i++)
        {
            await Log.Append(Entry(i));
        }

        _cluster.Faults.FailBeforeWriting("statements");
        await Assert.ThrowsAnyAsync<Exception>(() => Log.Append(Entry(1_000)));

        await GrainCluster.Insist<object>(async () => await Log.Append(Entry(1_000)));
        await ReadAllFrom(0, StatementPage.MaxEntries + 1);
    }

    private async Task ReadAllFrom(ulong after, int count)
    {
        while (after < (ulong)count)
        {
            StatementPage page = await GrainCluster.Insist(() => Log.Read(after));
            Assert.Equal((ulong)count, page.Latest);
            Assert.NotEmpty(page.Entries);
            Assert.All(page.Entries, entry => Assert.Equal(++after, entry.Sequence));
        }

        Assert.Empty((await GrainCluster.Insist(() => Log.Read(after))).Entries);
    }

    private StatementEntry Entry(int number)
    {
        Terms terms = _cluster.NewTerms(_cluster.Operator, _cluster.Outsider);
        return new StatementEntry
        {
            Signed = new SignedBlacklisting(
                new Blacklisting(terms.Consumer, terms.Provider, terms.ChannelId(_cluster.Chain.Domain), 1, (ulong)number, false, Bytes32.Zero), default),
            Terms = terms,
        };
    }
}
