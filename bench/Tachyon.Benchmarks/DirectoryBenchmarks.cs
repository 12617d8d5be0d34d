using BenchmarkDotNet.Attributes;
using Tachyon.Grains;
using Tachyon.Grains.Directory;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.Benchmarks;

/// <summary>
/// 100,000 live providers in one trie: sixteen times what a shard of that many holds. Half of them are cheap and tolerate
/// no loss, half are dear and tolerate any, so that no bound of a branch excludes a query that wants both.
/// </summary>
[MemoryDiagnoser]
public class DirectoryBenchmarks
{
    internal const int Providers = 100_000;

    private static readonly DirectoryQuery Anybody = new() { Target = Numbered(-1), Count = 8 };
    private readonly DirectoryEntry[] _entries = [.. Enumerable.Range(0, Providers).Select(Entry)];
    private ProviderTrie _trie = new();
    private int _next;

    /// <summary>Lists everybody.</summary>
    [GlobalSetup]
    public void Setup() => _trie = RegisterAll();

    /// <summary>100,000 registrations, one after the other.</summary>
    [Benchmark]
    public int RegisterAllProviders() => RegisterAll().Count;

    /// <summary>A heartbeat.</summary>
    [Benchmark]
    public void Renew()
    {
        DirectoryEntry entry = _entries[_next = (_next + 7_919) % Providers];
        _trie.Put(new ListedProvider(entry with { LiveUntilMs = entry.LiveUntilMs + (ulong)_next }));
    }

    /// <summary>A look-up that most fit.</summary>
    [Benchmark]
    public int Closest8() => Find(Anybody);

    /// <summary>A look-up that one in a thousand fits, by its capacity.</summary>
    [Benchmark]
    public int Closest8OfFew() => Find(Anybody with { CapacityBytes = 900_000_000_000 });

    /// <summary>A look-up that nobody fits, and every bound.</summary>
    [Benchmark]
    public int Closest8OfNobody() => Find(Anybody with { MaxPricePerMB = new TokenAmount(5_000), TolerancePpm = 500_000 });

    internal static DirectoryEntry Entry(int number) => new()
    {
        Provider = Numbered(number),
        Offer = new ProviderOffer
        {
            Endpoint = $"provider-{number}.example:9301",
            PricePerMB = new TokenAmount(number % 2 == 0 ? 1_000 + number : 1_000_000 + number),
            ToleranceLimitPpm = number % 2 == 0 ? 0u : 1_000_000u,
            MaxCapacityBytes = number % 1_000 == 0 ? 1_000_000_000_000UL : 10_000_000_000UL,
            Slots = 5,
        },
        FreeSlots = 1 + (number % 5),
        LiveUntilMs = 1_000_000 + (ulong)(number % 45_000),
    };

    internal static Address Numbered(int number) =>
        Address.FromBytes(Protocol.Signing.Keccak256.HashText($"provider {number}").ToArray().AsSpan(0, Address.Length));

    private ProviderTrie RegisterAll()
    {
        var trie = new ProviderTrie();
        foreach (DirectoryEntry entry in _entries)
        {
            trie.Put(new ListedProvider(entry));
        }

        return trie;
    }

    private int Find(DirectoryQuery query) => _trie.Closest(query.Target, query.Count, new DirectoryFilter(query, nowMs: 1), out _).Count;
}
