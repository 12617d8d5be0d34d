using FsCheck;
using FsCheck.Fluent;
using Tachyon.Grains.Directory;
using Tachyon.Protocol.Matching;

namespace Tachyon.Grains.Tests.Directory;

public sealed class SortedProvidersTests
{
    private const ulong Now = 1_000;

    [Fact]
    public void ClosestFirst_IsTheProtocolsOrder_ForAnyProvidersAndTarget() => Check.QuickThrowOnFailure(
        Prop.ForAll(Addresses().ToArbitrary(), Address().ToArbitrary(), (providers, target) =>
        {
            var sorted = new SortedProviders();
            foreach (Address provider in providers)
            {
                sorted.Put(Entry(provider, Now));
            }

            Address[] expected = [.. MatchOrder.Closest(target, providers.Distinct().Select(Candidate), int.MaxValue).Select(offer => offer.Provider)];
            return sorted.ClosestFirst(target).Select(entry => entry.Provider).SequenceEqual(expected);
        }));

    [Fact]
    public void Providers_ComeAndGo_WithoutATrace()
    {
        var sorted = new SortedProviders();
        Address[] providers = [.. Enumerable.Range(1, 100).Select(Numbered)];
        foreach (Address provider in providers)
        {
            sorted.Put(Entry(provider, Now + 10));
            sorted.Put(Entry(provider, Now + 20));
        }

        foreach (Address provider in providers[..50])
        {
            sorted.Remove(provider);
        }

        sorted.DropExpired(Now + 15);
        Assert.Equal(50, sorted.Count);
        sorted.DropExpired(Now + 20);
        Assert.Equal(0, sorted.Count);
    }

    [Fact]
    public void Shards_AreOrderedAsTheirProvidersAre()
    {
        Address[] providers = [.. Enumerable.Range(1, 500).Select(Numbered)];
        Address target = Numbered(1_000);

        IEnumerable<Address> byShards = DirectoryShards.ClosestFirst(target)
            .SelectMany(shard => MatchOrder.Closest(target, providers.Where(provider => DirectoryShards.Of(provider) == shard).Select(Candidate), providers.Length))
            .Select(offer => offer.Provider);

        Assert.Equal(MatchOrder.Closest(target, providers.Select(Candidate), providers.Length).Select(offer => offer.Provider), byShards);
    }

    private static Gen<Address> Address() => Gen.Choose(0, int.MaxValue).Select(Numbered);

    private static Gen<Address[]> Addresses() => Address().ArrayOf();

    private static Address Numbered(int number) =>
        Protocol.Identity.Address.FromBytes(Keccak256.HashText($"provider {number}").ToArray().AsSpan(0, Protocol.Identity.Address.Length));

    private static DirectoryEntry Entry(Address provider, ulong liveUntilMs) => new()
    {
        Provider = provider,
        Offer = Providers.ProviderTests.Offer(),
        FreeSlots = 5,
        LiveUntilMs = liveUntilMs,
    };

    private static Protocol.Matching.ProviderOffer Candidate(Address provider) =>
        new(provider, "provider.example:9301", new TokenAmount(1), 0, 5, 1_000, Now);
}
