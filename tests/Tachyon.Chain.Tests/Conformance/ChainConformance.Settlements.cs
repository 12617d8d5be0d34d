using System.Numerics;

namespace Tachyon.Chain.Tests.Conformance;

// Random lives of channels: what the chain pays, burns and refunds is exactly what the protocol's rules say.
public abstract partial class ChainConformance
{
    private const int Lives = 60;
    private const int Seed = 20_260_101;

    /// <summary>What the draw must have come by, or the property shows less than it says.</summary>
    private static readonly string[] Features =
    [
        "direct", "lock", "top-up", "claim", "claim clipped", "claims then close", "closure", "closure while closing",
        "no unit", "consumer's alone", "provider's alone", "both", "consumer's by challenge", "provider's by challenge",
        "agreed", "last agreed KB", "first disputed KB", "burned", "burn limited", "clipped", "zero tolerance", "full tolerance",
    ];

    [Fact]
    public async Task Settlements_OfRandomLives_AreExactlyThoseOfTheRules()
    {
        var proxy = await NewPartyAsync();
        await proxy.DoAsync(new ChainCall.Approve(await BalanceAsync(proxy)));
        await proxy.DoAsync(new ChainCall.RegisterProxy());
        await Consumer.DoAsync(new ChainCall.Approve(new TokenAmount(BigInteger.One << 200)));
        var direct = Provider;
        var random = new Random(Seed);
        var seen = new SortedSet<string>(StringComparer.Ordinal);

        for (var life = 0; life < Lives; life++)
        {
            var isLock = random.Next(4) == 0;
            Provider = isLock ? proxy : direct;
            seen.Add(isLock ? "lock" : "direct");
            await LiveAsync(random, isLock ? ChannelKind.Lock : ChannelKind.Direct, life, seen);
        }

        Assert.Equal(Features.Order(StringComparer.Ordinal), seen);
    }

    private async Task LiveAsync(Random random, ChannelKind kind, int life, SortedSet<string> seen)
    {
        var terms = NewTerms() with
        {
            CapacityBytes = WholeKB(random, 1_000, 40_000_000),
            PricePerMB = new TokenAmount(1 + random.NextInt64(1, 1_000_000_000_000_000)),
            TolerancePpm = random.Next(4) switch { 0 => 0, 1 => (uint)random.Next(0, 1_000_001), _ => (uint)random.Next(0, 50_000) },
            Kind = kind,
        };
        if (random.Next(10) == 0)
        {
            terms = terms with { TolerancePpm = ProtocolConstants.MaxTolerancePpm };
        }

        var (consumer, provider) = (await BalanceAsync(Consumer), await BalanceAsync(Provider));
        await Consumer.DoAsync(new ChainCall.Open(terms));
        await Provider.DoAsync(new ChainCall.Confirm(terms));
        var capacity = terms.CapacityBytes;
        if (random.Next(3) == 0)
        {
            seen.Add("top-up");
            capacity += WholeKB(random, 1_000, 5_000_000);
            await Consumer.DoAsync(new ChainCall.TopUp(terms, capacity));
        }

        var paid = await ClaimSomeAsync(random, terms, capacity, seen);
        var outcome = random.Next(4) == 0
            ? await CloseTogetherAsync(random, terms, capacity, paid, seen)
            : await CloseAloneAsync(random, terms, capacity, paid, seen);

        var where = $"life {life} of seed {Seed}: {terms}, capacity {capacity}, paid {paid}";
        Assert.True(provider + outcome.Paid == await BalanceAsync(Provider), where);
        Assert.True(consumer - outcome.Charged == await BalanceAsync(Consumer), where);
        Assert.Equal(ChannelStatus.Settled, (await ViewAsync(terms)).Status);
    }

    private async Task<ulong> ClaimSomeAsync(Random random, Terms terms, ulong capacity, SortedSet<string> seen)
    {
        var paid = 0UL;
        for (var claims = random.Next(3); claims > 0; claims--)
        {
            // Also beyond the capacity, to which the contract clips.
            var shown = WholeKB(random, paid + 1_000, capacity + 2_000_000);
            if (Math.Min(shown, capacity) > paid)
            {
                seen.Add(shown > capacity ? "claim clipped" : "claim");
                await Provider.DoAsync(new ChainCall.Claim(terms, Unit(terms, Consumer, shown)));
                paid = Math.Min(shown, capacity);
            }
        }

        return paid;
    }

    private async Task<SettlementOutcome> CloseTogetherAsync(
        Random random, Terms terms, ulong capacity, ulong paid, SortedSet<string> seen)
    {
        var closes = random.Next(2) == 0;
        seen.Add(closes ? "closure while closing" : "closure");
        if (closes)
        {
            await Provider.DoAsync(new ChainCall.StartClose(terms, Unit(terms, Consumer, capacity), null));
        }

        var bytes = WholeKB(random, paid, capacity);
        await Consumer.DoAsync(await ClosureAsync(terms, bytes));
        return SettlementRules.CloseCooperatively(terms, capacity, bytes, paid);
    }

    private async Task<SettlementOutcome> CloseAloneAsync(
        Random random, Terms terms, ulong capacity, ulong paid, SortedSet<string> seen)
    {
        var (uA, uB) = DrawCounts(random, terms, capacity, paid);
        seen.Add((uA, uB) switch
        {
            (0, 0) => "no unit",
            (_, 0) => "consumer's alone",
            (0, _) => "provider's alone",
            _ => "both",
        });
        var (showsA, showsB) = (uA != 0 && random.Next(3) != 0, uB != 0 && random.Next(2) == 0);
        await Provider.DoAsync(new ChainCall.StartClose(
            terms, showsA ? Unit(terms, Consumer, uA) : null, showsB ? Unit(terms, Provider, uB) : null));
        await ChallengeAsync(terms, Consumer, showsA ? 0 : uA, capacity, "consumer's by challenge", seen);
        await ChallengeAsync(terms, Provider, showsB ? 0 : uB, capacity, "provider's by challenge", seen);

        await Stage.AdvanceTimeAsync((await Chain.GetRulesAsync()).ChallengePeriod);
        await Consumer.DoAsync(new ChainCall.Settle(terms));

        var outcome = SettlementRules.Settle(terms, capacity, uA, uB, paid);
        var settled = Assert.IsType<ChannelSettled>((await EventsAsync(terms))[^1]);
        Assert.Equal((outcome.Paid, outcome.Burned, outcome.Refunded), (settled.Paid, settled.Burned, settled.Refunded));
        Note(terms, capacity, paid, uA, uB, outcome, seen);
        return outcome;
    }

    private async Task ChallengeAsync(
        Terms terms, Party signer, ulong bytes, ulong capacity, string feature, SortedSet<string> seen)
    {
        var view = await ViewAsync(terms);
        if (Math.Min(bytes, capacity) > (signer == Consumer ? view.ConsumerBytes : view.ProviderBytes))
        {
            seen.Add(feature);
            await Consumer.DoAsync(new ChainCall.Challenge(terms, Unit(terms, signer, bytes)));
        }
    }

    /// <summary>Counts that units will show; 0 for a unit that nobody shows.</summary>
    private static (ulong ConsumerBytes, ulong ProviderBytes) DrawCounts(Random random, Terms terms, ulong capacity, ulong paid)
    {
        var uA = random.Next(4) == 0 ? 0UL : WholeKB(random, 0, capacity + 1_000_000);
        var basis = Math.Max(Math.Min(uA, capacity), paid);
        var uB = random.Next(6) switch
        {
            0 => 0UL,
            1 => LastAgreed(terms, basis),
            2 => LastAgreed(terms, basis) + 1_000,
            3 => uA + WholeKB(random, 0, 200_000),
            4 => basis + 5_000_000 + WholeKB(random, 0, 5_000_000),
            _ => WholeKB(random, 0, capacity + 1_000_000),
        };
        return (uA, uB);
    }

    /// <summary>The greatest count, in whole KB, that is no dispute with <paramref name="uA"/>, found by trying.</summary>
    private static ulong LastAgreed(Terms terms, ulong uA)
    {
        var (agreed, disputed) = (uA, uA + ProtocolConstants.CheckpointBytes + 1_000);
        while (disputed - agreed > 1_000)
        {
            var middle = ByteCounts.RoundDownToKB(agreed + ((disputed - agreed) / 2));
            if (SettlementRules.IsDispute(uA, middle, terms.TolerancePpm))
            {
                disputed = middle;
            }
            else
            {
                agreed = middle;
            }
        }

        return agreed;
    }

    private static void Note(
        Terms terms, ulong capacity, ulong paid, ulong shownA, ulong shownB, SettlementOutcome outcome, SortedSet<string> seen)
    {
        var uA = Math.Max(Math.Min(shownA, capacity), paid);
        var uB = Math.Min(shownB, capacity);
        void When(bool condition, string feature)
        {
            if (condition)
            {
                seen.Add(feature);
            }
        }

        var edge = uA == 0 ? 0UL : LastAgreed(terms, uA);
        When(paid != 0, "claims then close");
        When(uA != 0 && uB > uA && outcome.Burned.IsZero, "agreed");
        When(uA != 0 && uB > uA && uB == edge, "last agreed KB");
        When(uA != 0 && uB == edge + 1_000 && !outcome.Burned.IsZero, "first disputed KB");
        When(!outcome.Burned.IsZero, "burned");
        When(uA != 0 && uB > uA + ProtocolConstants.CheckpointBytes && !outcome.Burned.IsZero, "burn limited");
        When(shownA > capacity || shownB > capacity, "clipped");
        When(terms.TolerancePpm == 0, "zero tolerance");
        When(terms.TolerancePpm == ProtocolConstants.MaxTolerancePpm, "full tolerance");
    }

    private static ulong WholeKB(Random random, ulong from, ulong to)
        => ByteCounts.RoundUpToKB((ulong)random.NextInt64((long)from, (long)Math.Max(from, to) + 1)) is var bytes && bytes > to
            ? ByteCounts.RoundDownToKB(to)
            : bytes;
}
