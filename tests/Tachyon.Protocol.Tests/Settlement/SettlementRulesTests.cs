using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Settlement;

namespace Tachyon.Protocol.Tests.Settlement;

public class SettlementRulesTests
{
    private const ulong MB = 1_000_000;

    /// <summary>A settlement to judge, in KB where the contract stores KB.</summary>
    private sealed record Case(Terms Terms, ulong Capacity, ulong ConsumerBytes, ulong ProviderBytes, ulong PaidBytes);

    private static readonly Gen<Case> Cases =
        from capacityKB in Gen.Choose(1, 100_000)
        from uA in Gen.OneOf(Gen.Choose(0, 120_000), Gen.Choose(0, 12_000))
        from difference in Gen.OneOf(Gen.Choose(-6_000, 6_000), Gen.Choose(0, 60), Gen.Choose(-100_000, 100_000))
        from paidShare in Gen.Elements(0, 0, 30, 100, 150)
        from tolerance in Gen.OneOf(Gen.Choose(0, 1_000_000), Gen.Choose(0, 20_000))
        from price in Gen.OneOf(Gen.Choose(1, 2_000), Gen.Choose(1, int.MaxValue))
        from isLock in Gen.Elements(true, false)
        let capacity = (ulong)capacityKB * 1_000
        select new Case(
            TestKeys.Terms(capacity, (uint)tolerance, (ulong)price, isLock ? ChannelKind.Lock : ChannelKind.Direct),
            capacity,
            (ulong)uA * 1_000,
            (ulong)Math.Max(0, uA + difference) * 1_000,
            Math.Min(capacity, (ulong)uA * 1_000 * (ulong)paidShare / 100_000 * 1_000));

    [Fact]
    public void Settlement_OfAnyCounts_AgreesWithAnIndependentModel() => Properties.Hold(Cases, c =>
    {
        SettlementOutcome outcome = SettlementRules.Settle(c.Terms, c.Capacity, c.ConsumerBytes, c.ProviderBytes, c.PaidBytes);
        (BigInteger paid, BigInteger charged) = Model(c);
        return outcome.Paid.BaseUnits == paid && outcome.Charged.BaseUnits == charged;
    }, cases: 3_000);

    [Fact]
    public void Settlement_OfAnyCounts_KeepsTheDepositWhole() => Properties.Hold(Cases, c =>
    {
        SettlementOutcome outcome = SettlementRules.Settle(c.Terms, c.Capacity, c.ConsumerBytes, c.ProviderBytes, c.PaidBytes);
        TokenAmount deposit = c.Terms.Deposit(c.Capacity);
        return outcome.Paid + outcome.Burned + outcome.Refunded == deposit
            && outcome.Paid <= outcome.Charged && outcome.Charged <= deposit
            && outcome.Paid == outcome.PaidNow + c.Terms.Price(c.PaidBytes);
    }, cases: 1_000);

    [Fact]
    public void Consumer_UnderstatingItsCount_GainsNothing() => Properties.Hold(Cases, c =>
    {
        // Beyond the tolerance; within it, and beyond one checkpoint, is what the protocol's guarantee 3 leaves open.
        ulong honest = Math.Min(Math.Max(c.ProviderBytes, c.PaidBytes), c.Capacity);
        ulong understated = Math.Min(c.ConsumerBytes, honest);
        if (understated == 0 || honest - understated > 5 * MB
            || !SettlementRules.IsDispute(understated, honest, c.Terms.TolerancePpm))
        {
            return true;
        }

        TokenAmount charged = SettlementRules.Settle(c.Terms, c.Capacity, understated, honest).Charged;
        return charged == SettlementRules.Settle(c.Terms, c.Capacity, honest, honest).Charged;
    }, cases: 1_000);

    [Fact]
    public void Provider_StatingAnyOtherCount_IsPaidTheSame() => Properties.Hold(Cases, c =>
        SettlementRules.Settle(c.Terms, c.Capacity, c.ConsumerBytes, c.ProviderBytes, c.PaidBytes).Paid
            == SettlementRules.Settle(c.Terms, c.Capacity, c.ConsumerBytes, c.ConsumerBytes, c.PaidBytes).Paid);

    [Fact]
    public void Burn_OfAnyDispute_IsAtMostOneCheckpointOfThePrice() => Properties.Hold(Cases, c =>
    {
        SettlementOutcome outcome = SettlementRules.Settle(c.Terms, c.Capacity, c.ConsumerBytes, c.ProviderBytes, c.PaidBytes);
        return outcome.Burned <= c.Terms.Deposit(5 * MB) + new TokenAmount(2);
    });

    [Fact]
    public void CooperativeClose_AtAnyCount_PaysItAndBurnsNothing() => Properties.Hold(Cases, c =>
    {
        ulong closed = Math.Max(c.PaidBytes, Math.Min(c.ConsumerBytes, c.Capacity));
        SettlementOutcome outcome = SettlementRules.CloseCooperatively(c.Terms, c.Capacity, closed, c.PaidBytes);
        return outcome.Paid == c.Terms.Price(closed) && outcome.Burned.IsZero
            && outcome.Paid + outcome.Refunded == c.Terms.Deposit(c.Capacity);
    });

    [Fact]
    public void CooperativeClose_BelowWhatIsPaidOrAboveTheCapacity_IsRefused()
    {
        Terms terms = TestKeys.Terms(10 * MB);
        Assert.Throws<ArgumentOutOfRangeException>(() => SettlementRules.CloseCooperatively(terms, 10 * MB, 1_000, 2_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => SettlementRules.CloseCooperatively(terms, 10 * MB, 11 * MB));
        Assert.Throws<ArgumentOutOfRangeException>(() => SettlementRules.Settle(terms, 10 * MB, 0, 0, 11 * MB));
    }

    [Fact]
    public void Claims_InAnySteps_PayWhatOneClaimPays() => Properties.Hold((uint first, uint second) =>
    {
        Terms terms = TestKeys.Terms(pricePerMB: 1_234_567);
        TokenAmount inSteps = SettlementRules.Claim(terms, first, 0) + SettlementRules.Claim(terms, (ulong)first + second, first);
        return inSteps == terms.Price((ulong)first + second);
    });

    /// <summary>Protocol, Settlement, read again with exact fractions and KB as the contract stores them.</summary>
    private static (BigInteger Paid, BigInteger Charged) Model(Case c)
    {
        BigInteger capacity = c.Capacity / 1_000;
        BigInteger uA = BigInteger.Max(BigInteger.Min(c.ConsumerBytes / 1_000, capacity), c.PaidBytes / 1_000);
        BigInteger uB = BigInteger.Min(c.ProviderBytes / 1_000, capacity);
        BigInteger billed = uA;
        if (uA > 0 && uB > uA)
        {
            BigInteger within = BigInteger.Min(uB, 5_000);
            bool agreed = (uB - uA) * 1_000 <= 1_000
                || (((uB - uA) * 1_000) - 1) * 1_000_000 < within * 1_000 * c.Terms.TolerancePpm;
            billed = agreed ? uA : BigInteger.Min(uB, uA + 5_000);
        }

        BigInteger Price(BigInteger countKB)
        {
            BigInteger direct = countKB * c.Terms.PricePerMB.BaseUnits / 1_000;
            return c.Terms.Kind == ChannelKind.Lock ? direct * 11 / 10 : direct;
        }

        return (Price(uA), Price(billed));
    }
}
