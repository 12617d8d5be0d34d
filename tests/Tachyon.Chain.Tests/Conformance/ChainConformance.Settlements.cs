using System.Numerics;

namespace Tachyon.Chain.Tests.Conformance;

// Random lives of channels: what the chain pays, burns and refunds is exactly what the protocol's rules say.
public abstract partial class ChainConformance
{
    private const int Lives = 40;
    private const int Seed = 20_260_101;

    [Fact]
    public async Task Settlements_OfRandomLives_AreExactlyThoseOfTheRules()
    {
        var proxy = await NewPartyAsync();
        await proxy.DoAsync(new ChainCall.Approve(await BalanceAsync(proxy)));
        await proxy.DoAsync(new ChainCall.RegisterProxy());
        await Consumer.DoAsync(new ChainCall.Approve(new TokenAmount(BigInteger.One << 200)));
        var direct = Provider;
        var random = new Random(Seed);

        for (var life = 0; life < Lives; life++)
        {
            var isLock = random.Next(4) == 0;
            Provider = isLock ? proxy : direct;
            await LiveAsync(random, isLock ? ChannelKind.Lock : ChannelKind.Direct, life);
        }
    }

    private async Task LiveAsync(Random random, ChannelKind kind, int life)
    {
        var terms = NewTerms() with
        {
            CapacityBytes = WholeKB(random, 1_000, 40_000_000),
            PricePerMB = new TokenAmount(1 + random.NextInt64(1, 1_000_000_000_000_000)),
            TolerancePpm = random.Next(3) == 0 ? 0 : (uint)random.Next(0, 50_000),
            Kind = kind,
        };
        var (consumer, provider) = (await BalanceAsync(Consumer), await BalanceAsync(Provider));
        await Consumer.DoAsync(new ChainCall.Open(terms));
        await Provider.DoAsync(new ChainCall.Confirm(terms));
        var capacity = terms.CapacityBytes;
        if (random.Next(3) == 0)
        {
            capacity += WholeKB(random, 1_000, 5_000_000);
            await Consumer.DoAsync(new ChainCall.TopUp(terms, capacity));
        }

        var paid = await ClaimSomeAsync(random, terms, capacity);
        var outcome = random.Next(3) == 0
            ? await CloseTogetherAsync(random, terms, capacity, paid)
            : await CloseAloneAsync(random, terms, capacity, paid);

        var where = $"life {life} of seed {Seed}: {terms}, capacity {capacity}, paid {paid}";
        Assert.True(provider + outcome.Paid == await BalanceAsync(Provider), where);
        Assert.True(consumer - outcome.Charged == await BalanceAsync(Consumer), where);
        Assert.Equal(ChannelStatus.Settled, (await ViewAsync(terms)).Status);
    }

    private async Task<ulong> ClaimSomeAsync(Random random, Terms terms, ulong capacity)
    {
        var paid = 0UL;
        for (var claims = random.Next(3); claims > 0; claims--)
        {
            // Also beyond the capacity, to which the contract clips.
            var shown = WholeKB(random, paid + 1_000, capacity + 2_000_000);
            if (Math.Min(shown, capacity) > paid)
            {
                await Provider.DoAsync(new ChainCall.Claim(terms, Unit(terms, Consumer, shown)));
                paid = Math.Min(shown, capacity);
            }
        }

        return paid;
    }

    private async Task<SettlementOutcome> CloseTogetherAsync(Random random, Terms terms, ulong capacity, ulong paid)
    {
        var bytes = WholeKB(random, paid, capacity);
        await Consumer.DoAsync(await ClosureAsync(terms, bytes));
        return SettlementRules.CloseCooperatively(terms, capacity, bytes, paid);
    }

    private async Task<SettlementOutcome> CloseAloneAsync(Random random, Terms terms, ulong capacity, ulong paid)
    {
        var uA = WholeKB(random, 0, capacity + 1_000_000);
        // Often near the consumer's count, where agreement and dispute meet.
        var uB = random.Next(2) == 0 ? uA + WholeKB(random, 0, 200_000) : WholeKB(random, 0, capacity + 1_000_000);
        var showsBoth = random.Next(2) == 0;
        await Provider.DoAsync(new ChainCall.StartClose(
            terms,
            uA == 0 ? null : Unit(terms, Consumer, uA),
            showsBoth && uB != 0 ? Unit(terms, Provider, uB) : null));
        var view = await ViewAsync(terms);
        if (!showsBoth && Math.Min(uB, capacity) > view.ProviderBytes)
        {
            await Consumer.DoAsync(new ChainCall.Challenge(terms, Unit(terms, Provider, uB)));
        }

        await Stage.AdvanceTimeAsync((await Chain.GetRulesAsync()).ChallengePeriod);
        await Consumer.DoAsync(new ChainCall.Settle(terms));

        var outcome = SettlementRules.Settle(terms, capacity, uA, uB, paid);
        var settled = Assert.IsType<ChannelSettled>((await EventsAsync(terms))[^1]);
        Assert.Equal((outcome.Paid, outcome.Burned, outcome.Refunded), (settled.Paid, settled.Burned, settled.Refunded));
        return outcome;
    }

    private static ulong WholeKB(Random random, ulong from, ulong to)
        => ByteCounts.RoundUpToKB((ulong)random.NextInt64((long)from, (long)Math.Max(from, to) + 1)) is var bytes && bytes > to
            ? ByteCounts.RoundDownToKB(to)
            : bytes;
}
