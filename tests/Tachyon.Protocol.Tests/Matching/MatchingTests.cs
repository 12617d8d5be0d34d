using System.Numerics;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Matching;

public class MatchingTests
{
    private const ulong Now = 1_000_000;
    private static readonly Address Consumer = TestKeys.Consumer.Address;
    private static readonly MatchLimits Limits = new(100_000_000, new TokenAmount(50), 10_000);

    [Fact]
    public void MatchOrder_OfAnyOffers_RanksAsAFullSortByXorDoes() => Properties.Hold((int seed, byte size, byte count) =>
    {
        ProviderOffer[] offers = Offers(seed, size);
        Address target = MatchTarget.For(Consumer, Keccak256.Hash(BitConverter.GetBytes(seed)));
        IEnumerable<Address> expected = offers.Select(o => o.Provider).OrderBy(p => Number(p) ^ Number(target)).Take(count);
        return MatchOrder.Closest(target, offers, count).Select(o => o.Provider).SequenceEqual(expected);
    });

    [Fact]
    public void MatchOrder_AsRanked_IsAcceptedByTheConsumer() => Properties.Hold((int seed, byte size) =>
    {
        IReadOnlyList<ProviderOffer> ranked = MatchOrder.Closest(Consumer, Offers(seed, size), 8);
        return MatchOrder.Check(Consumer, 8, ranked, Admit).IsRight;
    });

    [Fact]
    public void MatchOrder_WithAnyTwoSwapped_IsRejectedByTheConsumer() => Properties.Hold((int seed, byte first, byte second) =>
    {
        ProviderOffer[] ranked = [.. MatchOrder.Closest(Consumer, Offers(seed, 20), 8)];
        int i = first % 8;
        int j = second % 8;
        (ranked[i], ranked[j]) = (ranked[j], ranked[i]);
        MatchOrderCheck check = MatchOrder.Check(Consumer, 8, ranked, Admit);
        return i == j ? check.IsRight : check.Fault == MatchOrderFault.OutOfOrder;
    });

    [Fact]
    public void MatchOrder_WithAProviderTwice_IsRejectedAtItsPlace()
    {
        ProviderOffer[] offers = [.. MatchOrder.Closest(Consumer, Offers(1, 20), 3)];
        MatchOrderCheck check = MatchOrder.Check(Consumer, 8, [offers[0], offers[1], offers[1]], Admit);
        Assert.Equal(new MatchOrderCheck(MatchOrderFault.Duplicate, 2, MatchRefusal.None), check);
    }

    [Fact]
    public void MatchOrder_WithAnOfferBeyondTheLimits_IsRejectedWithTheReason()
    {
        ProviderOffer[] offers = [.. MatchOrder.Closest(Consumer, Offers(1, 20), 3)];
        offers[1] = offers[1] with { PricePerMB = new TokenAmount(51) };
        MatchOrderCheck check = MatchOrder.Check(Consumer, 8, offers, Admit);
        Assert.Equal(new MatchOrderCheck(MatchOrderFault.NotACandidate, 1, MatchRefusal.PriceTooHigh), check);
    }

    [Fact]
    public void MatchOrder_WithMoreThanAskedFor_IsRejected()
    {
        IReadOnlyList<ProviderOffer> ranked = MatchOrder.Closest(Consumer, Offers(1, 20), 4);
        Assert.Equal(MatchOrderFault.TooMany, MatchOrder.Check(Consumer, 3, ranked, Admit).Fault);
    }

    [Fact]
    public void MatchFilter_GivenEachFault_NamesIt()
    {
        ProviderOffer good = Offers(3, 1)[0];
        Assert.Equal(MatchRefusal.None, Admit(good));
        Assert.Equal(MatchRefusal.Self, Admit(good with { Provider = Consumer }));
        Assert.Equal(MatchRefusal.NotAlive, Admit(good with { AliveUntilMs = Now }));
        Assert.Equal(MatchRefusal.NoFreeSlot, Admit(good with { FreeSlots = 0 }));
        Assert.Equal(MatchRefusal.PriceTooHigh, Admit(good with { PricePerMB = new TokenAmount(51) }));
        Assert.Equal(MatchRefusal.ToleranceTooHigh, Admit(good with { TolerancePpm = 9_999 }));
        Assert.Equal(MatchRefusal.CapacityTooLarge, Admit(good with { MaxCapacityBytes = 99_999_000 }));
        Assert.Equal(
            MatchRefusal.Blacklisted,
            MatchFilter.Check(Consumer, Limits, good, Now, (consumer, provider) => consumer == Consumer && provider == good.Provider));
    }

    [Fact]
    public void MatchTarget_WithoutASeed_IsTheConsumersId() => Assert.Equal(Consumer, MatchTarget.For(Consumer, null));

    [Fact]
    public void MatchTarget_WithASeed_IsTheTailOfTheHashOfBoth()
    {
        Bytes32 seed = Keccak256.HashText("seed");
        byte[] input = [.. Consumer.ToArray(), .. seed.ToArray()];
        Assert.Equal(Keccak256.Hash(input).ToArray()[12..], MatchTarget.For(Consumer, seed).ToArray());
    }

    [Fact]
    public void EpochSeeds_AfterAnAdvance_KeepThePreviousForAnHour()
    {
        var first = new EpochSeed(7_200, Keccak256.HashText("a"));
        var second = new EpochSeed(14_400, Keccak256.HashText("b"));
        Assert.True(EpochSeeds.None.IsValid(null, Now));

        EpochSeeds seeds = EpochSeeds.None.Advance(first, Now).Advance(second, Now);
        Assert.False(seeds.IsValid(null, Now));
        Assert.True(seeds.IsValid(second.Hash, Now + 1_000_000_000));
        Assert.True(seeds.IsValid(first.Hash, Now + 3_599_999));
        Assert.False(seeds.IsValid(first.Hash, Now + 3_600_000));
        Assert.False(seeds.IsValid(Keccak256.HashText("c"), Now));
        Assert.Same(seeds, seeds.Advance(first, Now));
        Assert.Throws<ArgumentOutOfRangeException>(() => seeds.Advance(new EpochSeed(14_401, default), Now));
        Assert.Equal(14_400UL, EpochSeeds.EpochBlockOf(21_599));
    }

    [Fact]
    public void EpochSeeds_OfAYoungChain_AreNone_AndNoneStaysValidForAnHourAfterTheFirst()
    {
        EpochSeeds young = EpochSeeds.None.Advance(new EpochSeed(0, Keccak256.HashText("genesis")), Now);
        Assert.Same(EpochSeeds.None, young);
        Assert.False(young.IsValid(Keccak256.HashText("genesis"), Now));

        EpochSeeds first = young.Advance(new EpochSeed(7_200, Keccak256.HashText("a")), Now);
        Assert.True(first.IsValid(null, Now + 3_599_999));
        Assert.False(first.IsValid(null, Now + 3_600_000));
    }

    private static MatchRefusal Admit(ProviderOffer offer) =>
        MatchFilter.Check(Consumer, Limits, offer, Now, (_, _) => false);

    private static ProviderOffer[] Offers(int seed, int size) =>
        [.. Enumerable.Range(0, size).Select(i => new ProviderOffer(
            Address.FromBytes(Keccak256.HashText($"{seed} {i}").ToArray().AsSpan(12)),
            "198.51.100.7:4040",
            new TokenAmount(50),
            10_000,
            1,
            100_000_000,
            Now + 1))];

    private static BigInteger Number(Address address) => new(address.ToArray(), isUnsigned: true, isBigEndian: true);
}
