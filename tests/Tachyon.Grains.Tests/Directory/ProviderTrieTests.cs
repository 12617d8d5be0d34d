using FsCheck;
using FsCheck.Fluent;
using Tachyon.Grains.Directory;
using Tachyon.Protocol.Matching;

namespace Tachyon.Grains.Tests.Directory;

public sealed class ProviderTrieTests
{
    private const ulong Now = 1_000;

    [Fact]
    public void Closest_IsTheProtocolsFilterAndOrder_ForAnyProvidersAndQuery() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Entries().ToArbitrary(), Queries().ToArbitrary(), (entries, query) =>
        {
            var trie = new ProviderTrie();
            var listed = new Dictionary<Address, DirectoryEntry>();
            foreach (DirectoryEntry entry in entries)
            {
                trie.Put(new ListedProvider(entry));
                listed[entry.Provider] = entry;
            }

            return Closest(trie, query).SequenceEqual(Expected(listed.Values, query));
        }));

    [Fact]
    public void AnyComingAndGoing_LeavesWhatAPlainListWouldHold() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Steps().ToArbitrary(), steps =>
        {
            var trie = new ProviderTrie();
            var listed = new Dictionary<Address, DirectoryEntry>();
            ulong now = 0;
            foreach ((int what, DirectoryEntry entry) in steps)
            {
                if (what < 6)
                {
                    trie.Put(new ListedProvider(entry));
                    listed[entry.Provider] = entry;
                }
                else if (what < 9)
                {
                    trie.Remove(entry.Provider);
                    listed.Remove(entry.Provider);
                }
                else
                {
                    now += 400;
                    trie.DropExpired(now);
                    listed = listed.Where(known => known.Value.LiveUntilMs > now).ToDictionary();
                }
            }

            var all = new DirectoryQuery { Target = Numbered(7), Count = DirectoryQuery.MaxCount };
            return trie.Count == listed.Count
                && Closest(trie, all, now).SequenceEqual(Expected(listed.Values, all, now))
                && steps.All(step => trie.Contains(step.Entry.Provider) == listed.ContainsKey(step.Entry.Provider));
        }));

    [Fact]
    public void FilterThatNobodyFits_LooksAtFew()
    {
        var trie = new ProviderTrie();
        for (int i = 0; i < 10_000; i++)
        {
            // Every branch holds a cheap one that tolerates nothing and a dear one that tolerates all: no bound excludes it.
            trie.Put(new ListedProvider(i % 2 == 0
                ? Entry(Numbered(i), price: 1, tolerancePpm: 0)
                : Entry(Numbered(i), price: 100, tolerancePpm: 1_000_000)));
        }

        DirectoryQuery nobody = new() { Target = Numbered(3), Count = 8, MaxPricePerMB = new TokenAmount(50), TolerancePpm = 500 };
        Assert.Empty(trie.Closest(nobody.Target, 8, new DirectoryFilter(nobody, Now), out int visits));
        Assert.Equal(ProviderTrie.MaxVisits, visits);

        DirectoryQuery tooCheap = nobody with { MaxPricePerMB = new TokenAmount(0) };
        Assert.Empty(trie.Closest(nobody.Target, 8, new DirectoryFilter(tooCheap, Now), out visits));
        Assert.Equal(1, visits);

        DirectoryQuery half = nobody with { TolerancePpm = 0 };
        Assert.Equal(8, trie.Closest(nobody.Target, 8, new DirectoryFilter(half, Now), out visits).Count);
        Assert.InRange(visits, 8, 100);
    }

    [Fact]
    public void Shards_AreOrderedAsTheirProvidersAre()
    {
        Address[] providers = [.. Enumerable.Range(1, 500).Select(Numbered)];
        Address target = Numbered(1_000);

        IEnumerable<Address> byShards = DirectoryShards.ClosestFirst(target)
            .SelectMany(shard => providers.Where(provider => DirectoryShards.Of(provider) == shard).OrderBy(provider => provider ^ target));

        Assert.Equal(providers.OrderBy(provider => provider ^ target), byShards);
    }

    private static Address[] Closest(ProviderTrie trie, DirectoryQuery query, ulong nowMs = Now) =>
        [.. trie.Closest(query.Target, query.Count, new DirectoryFilter(query, nowMs), out _).Select(provider => provider.Provider)];

    private static IEnumerable<Address> Expected(IEnumerable<DirectoryEntry> entries, DirectoryQuery query, ulong nowMs = Now)
    {
        var limits = new MatchLimits(query.CapacityBytes, query.MaxPricePerMB ?? TokenAmount.MaxPrice, query.TolerancePpm);
        IEnumerable<Protocol.Matching.ProviderOffer> fitting = entries
            .Where(entry => query.CapacityBytes == 0 || query.CapacityBytes >= entry.Offer.MinCapacityBytes)
            .Select(Candidate)
            .Where(offer => MatchFilter.Check(Address.Zero, limits, offer, nowMs, (_, provider) => query.Excluded.Contains(provider)) == MatchRefusal.None);
        return MatchOrder.Closest(query.Target, fitting, query.Count).Select(offer => offer.Provider);
    }

    private static Gen<DirectoryEntry[]> Entries() => Anybody().ArrayOf();

    private static Gen<(int What, DirectoryEntry Entry)[]> Steps() => Gen.Choose(0, 9).Zip(Anybody()).ArrayOf();

    private static Gen<DirectoryEntry> Anybody() =>
        from number in Gen.Choose(0, 60)
        from price in Gen.Choose(1, 4)
        from tolerance in Gen.Choose(0, 3)
        from least in Gen.Choose(0, 3)
        from most in Gen.Choose(0, 3)
        from free in Gen.Choose(0, 2)
        from live in Gen.Choose(0, 4)
        select Entry(Numbered(number), price, (uint)tolerance, (ulong)least, (ulong)most, free, (ulong)live * 500);

    private static Gen<DirectoryQuery> Queries() =>
        from number in Gen.Choose(0, 60)
        from count in Gen.Choose(1, 12)
        from price in Gen.Choose(0, 4)
        from tolerance in Gen.Choose(0, 3)
        from capacity in Gen.Choose(0, 3)
        from excluded in Gen.Choose(0, 60)
        select new DirectoryQuery
        {
            Target = Numbered(number),
            Count = count,
            MaxPricePerMB = price == 0 ? null : new TokenAmount(price),
            TolerancePpm = (uint)tolerance,
            CapacityBytes = (ulong)capacity,
            Excluded = [Numbered(excluded)],
        };

    private static Address Numbered(int number) =>
        Address.FromBytes(Keccak256.HashText($"provider {number}").ToArray().AsSpan(0, Address.Length));

    private static DirectoryEntry Entry(
        Address provider, int price, uint tolerancePpm, ulong least = 0, ulong most = 0, int free = 5, ulong liveUntilMs = Now + 1) => new()
    {
        Provider = provider,
        Offer = Providers.ProviderTests.Offer() with
        {
            PricePerMB = new TokenAmount(price),
            ToleranceLimitPpm = tolerancePpm,
            MinCapacityBytes = least,
            MaxCapacityBytes = most,
        },
        FreeSlots = free,
        LiveUntilMs = liveUntilMs,
    };

    private static Protocol.Matching.ProviderOffer Candidate(DirectoryEntry entry) => new(
        entry.Provider,
        entry.Offer.Endpoint,
        entry.Offer.PricePerMB,
        entry.Offer.ToleranceLimitPpm,
        entry.FreeSlots,
        entry.Offer.MaxCapacityBytes == 0 ? ProtocolConstants.MaxCapacityBytes : entry.Offer.MaxCapacityBytes,
        entry.LiveUntilMs);
}
