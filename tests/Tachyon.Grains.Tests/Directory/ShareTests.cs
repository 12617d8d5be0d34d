using Tachyon.Grains.Directory;
using Tachyon.Grains.Tests.Providers;

namespace Tachyon.Grains.Tests.Directory;

/// <summary>Who gets a place in a full shard: identities are free, networks and channels on chain are not.</summary>
public sealed class ShareTests
{
    private readonly ProviderTrie _trie = new();
    private int _numbers;

    [Fact]
    public void Newcomer_TakesThePlaceOfTheNewest_FromTheNetworkWithTheMost()
    {
        Address early = Add(source: 1);
        Address[] many = [.. Enumerable.Range(0, 3).Select(_ => Add(source: 2))];
        Address other = Add(source: 3);

        Assert.True(MakeRoom(source: 3));

        Assert.Equal([true, true, true, true, false], new[] { early, other, many[0], many[1], many[2] }.Select(_trie.Contains));
    }

    [Fact]
    public void NetworkThatHasAsMuchAsOthers_GetsNoMore()
    {
        Add(source: 1);
        Add(source: 1);
        Add(source: 2);

        Assert.False(MakeRoom(source: 1));
        Assert.False(MakeRoom(source: 2)); // Only to change places with the other.
        Assert.Equal(3, _trie.Count);
        Assert.True(MakeRoom(source: 3));
    }

    [Fact]
    public void ProviderWithAChannelOnChain_IsNeverDisplaced_AndDisplacesAnyWithout()
    {
        Address[] established = [.. Enumerable.Range(0, 4).Select(_ => Add(source: 1, established: true))];
        Address stranger = Add(source: 2);

        Assert.True(MakeRoom(source: 1, established: true));
        Assert.False(_trie.Contains(stranger));
        Assert.False(MakeRoom(source: 3, established: true));
        Assert.False(MakeRoom(source: 3));
        Assert.All(established, provider => Assert.True(_trie.Contains(provider)));
    }

    [Fact]
    public void Shares_FollowRenewals_RemovalsAndExpiry()
    {
        Address moved = Add(source: 1);
        Address earned = Add(source: 1);
        Address gone = Add(source: 1, liveUntilMs: 5);
        Address removed = Add(source: 1);
        _trie.Put(Listed(moved, source: 2));
        _trie.Put(Listed(earned, source: 1, established: true));
        _trie.Remove(removed);
        _trie.DropExpired(nowMs: 5);

        // One is left that may be displaced, of network 2, so that nobody is better placed but who is established.
        Assert.False(_trie.Contains(gone));
        Assert.False(MakeRoom(source: 3));
        Assert.True(MakeRoom(source: 3, established: true));
        Assert.Equal([false, true], new[] { moved, earned }.Select(_trie.Contains));
    }

    private bool MakeRoom(ulong source, bool established = false) => _trie.MakeRoomFor(Listed(Next(), source, established));

    private Address Add(ulong source, bool established = false, ulong liveUntilMs = 1_000)
    {
        Address provider = Next();
        _trie.Put(Listed(provider, source, established, liveUntilMs));
        return provider;
    }

    private Address Next() => Address.FromBytes(Keccak256.HashText($"share {++_numbers}").ToArray().AsSpan(0, Address.Length));

    private static ListedProvider Listed(Address provider, ulong source, bool established = false, ulong liveUntilMs = 1_000) => new(new DirectoryEntry
    {
        Provider = provider,
        Offer = ProviderTests.Offer(),
        FreeSlots = 1,
        LiveUntilMs = liveUntilMs,
        Source = source,
        Established = established,
    });
}
