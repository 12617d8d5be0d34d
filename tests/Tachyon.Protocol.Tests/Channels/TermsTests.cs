using System.Numerics;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Channels;

public class TermsTests
{
    private static readonly Terms Good = TestKeys.Terms();

    [Fact]
    public void Terms_OfAChannelThatMayBeOpened_HaveNoFault()
    {
        Assert.Null(Good.Validate());
        Assert.Null((Good with { Kind = ChannelKind.Lock, TolerancePpm = 1_000_000, PricePerMB = TokenAmount.MaxPrice }).Validate());
        Assert.Null((Good with { CapacityBytes = 1_000, TolerancePpm = 0, PricePerMB = new TokenAmount(1) }).Validate());
        Assert.Null((Good with { CapacityBytes = ProtocolConstants.MaxCapacityBytes }).Validate());
    }

    [Fact]
    public void Terms_WithAFault_NameItWithTheValue()
    {
        (Terms Terms, TermsFault Fault, string Actual)[] cases =
        [
            (Good with { Consumer = Address.Zero }, TermsFault.ConsumerMissing, "0x0000"),
            (Good with { Provider = Address.Zero }, TermsFault.ProviderMissing, "0x0000"),
            (Good with { Provider = Good.Consumer }, TermsFault.SelfChannel, Good.Consumer.ToString()),
            (Good with { CapacityBytes = 0 }, TermsFault.CapacityZero, "0 bytes"),
            (Good with { CapacityBytes = 1_001 }, TermsFault.CapacityNotWholeKB, "1001 bytes"),
            (Good with { CapacityBytes = ProtocolConstants.MaxCapacityBytes + 1_000 }, TermsFault.CapacityTooLarge, "281474976710656000"),
            (Good with { PricePerMB = TokenAmount.Zero }, TermsFault.PriceZero, "0"),
            (Good with { PricePerMB = new TokenAmount(BigInteger.One << 96) }, TermsFault.PriceTooLarge, "79228162514264337593543950336"),
            (Good with { TolerancePpm = 1_000_001 }, TermsFault.ToleranceTooLarge, "1000001 ppm"),
            (Good with { Kind = ChannelKind.None }, TermsFault.KindUnknown, "0"),
            (Good with { Kind = (ChannelKind)3 }, TermsFault.KindUnknown, "3"),
        ];
        foreach ((Terms terms, TermsFault fault, string actual) in cases)
        {
            TermsRefusal refusal = Assert.IsType<TermsRefusal>(terms.Validate());
            Assert.Equal(fault, refusal.Fault);
            Assert.Contains(actual, refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1_000, 2_000, TermsFault.None)]
    [InlineData(2_000, 2_000, TermsFault.CapacityNotRaised)]
    [InlineData(2_000, 1_000, TermsFault.CapacityNotRaised)]
    [InlineData(1_000, 2_001, TermsFault.CapacityNotWholeKB)]
    [InlineData(1_000, 0, TermsFault.CapacityZero)]
    [InlineData(1_000, 281_474_976_710_656_000, TermsFault.CapacityTooLarge)]
    public void TopUp_FromOneCapacityToAnother_IsJudged(ulong from, ulong to, TermsFault expected) =>
        Assert.Equal(expected, Terms.ValidateTopUp(from, to)?.Fault ?? TermsFault.None);

    [Fact]
    public void PriceAndDeposit_OfAnyTerms_AgreeWithExactFractions() => Properties.Hold((ulong count, Guid price, bool isLock) =>
    {
        BigInteger perMB = new BigInteger(price.ToByteArray(), isUnsigned: true) >> 32;
        ulong bytes = count % (ProtocolConstants.MaxCapacityBytes + 1) / 1_000 * 1_000;
        Terms terms = Good with
        {
            PricePerMB = new TokenAmount(perMB), Kind = isLock ? ChannelKind.Lock : ChannelKind.Direct,
        };

        // The largest whole number not above, and the smallest not below, found by checking both neighbours.
        BigInteger direct = (terms with { Kind = ChannelKind.Direct }).Price(bytes).BaseUnits;
        BigInteger directDeposit = (terms with { Kind = ChannelKind.Direct }).Deposit(bytes).BaseUnits;
        BigInteger exact = bytes * perMB;
        bool directIsRight = direct * 1_000_000 <= exact && (direct + 1) * 1_000_000 > exact
            && directDeposit * 1_000_000 >= exact && (directDeposit - 1) * 1_000_000 < exact;
        if (!isLock)
        {
            return directIsRight;
        }

        BigInteger locked = terms.Price(bytes).BaseUnits;
        BigInteger lockedDeposit = terms.Deposit(bytes).BaseUnits;
        return directIsRight
            && locked * 100 <= direct * 110 && (locked + 1) * 100 > direct * 110
            && lockedDeposit * 100 >= directDeposit * 110 && (lockedDeposit - 1) * 100 < directDeposit * 110;
    }, cases: 1_000);

    [Fact]
    public void Price_UpToTheCapacity_NeverExceedsTheDeposit() => Properties.Hold((uint used, uint more, ulong price) =>
    {
        foreach (ChannelKind kind in new[] { ChannelKind.Direct, ChannelKind.Lock })
        {
            Terms terms = Good with { PricePerMB = new TokenAmount(price), Kind = kind };
            ulong capacity = (ulong)used + more;
            if (terms.Price(used) > terms.Deposit(capacity) || terms.Price(used) > terms.Price(capacity))
            {
                return false;
            }
        }

        return true;
    });

    [Fact]
    public void TopUps_InAnySteps_CostWhatTheWholeCapacityCosts() => Properties.Hold((uint first, uint second, uint third) =>
    {
        ulong[] capacities = [0, first, first + (ulong)second, first + (ulong)second + third];
        BigInteger paid = Enumerable.Range(0, 3)
            .Select(i => Good.TopUpDeposit(capacities[i], capacities[i + 1]).BaseUnits)
            .Aggregate(BigInteger.Add);
        return paid == Good.Deposit(capacities[3]).BaseUnits;
    });

    [Fact]
    public void ChannelId_WithAnyTermOrDomainChanged_IsAnother()
    {
        Eip712Domain domain = TestKeys.Domain;
        ChannelId[] ids =
        [
            Good.ChannelId(domain),
            Good.ChannelId(new Eip712Domain(1, domain.VerifyingContract)),
            Good.ChannelId(new Eip712Domain(domain.ChainId, Good.Consumer)),
            (Good with { Consumer = TestKeys.Stranger.Address }).ChannelId(domain),
            (Good with { Provider = TestKeys.Stranger.Address }).ChannelId(domain),
            (Good with { CapacityBytes = 1_000 }).ChannelId(domain),
            (Good with { PricePerMB = new TokenAmount(1) }).ChannelId(domain),
            (Good with { TolerancePpm = 1 }).ChannelId(domain),
            (Good with { Kind = ChannelKind.Lock }).ChannelId(domain),
            (Good with { Salt = Bytes32.Zero }).ChannelId(domain),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }
}
