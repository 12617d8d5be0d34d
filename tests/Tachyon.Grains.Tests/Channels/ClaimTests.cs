using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>Payment while a channel goes on, when the operator wants it.</summary>
public sealed class ClaimTests
{
    [Fact]
    public async Task EarningsWorthTheGas_AreClaimed_AndTheChannelGoesOn()
    {
        await using GrainCluster cluster = await GrainCluster.Start(options =>
        {
            // At the simulated chain's gwei for a unit of gas a claim costs 56,000 gwei; ten times that are 5,600,000 base units.
            options.TokenPriceWei = System.Numerics.BigInteger.Pow(10, 26);
            options.ClaimGasMultiple = 10;
        });
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, provider, pricePerMB: 1_000_000);
        ChannelId channel = await cluster.OpenActive(consumer, provider, terms);
        IChannelGrain grain = cluster.Grains.Channel(channel);

        await grain.SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(terms, 1, 4_000_000)] });
        Assert.Empty((await cluster.Outbox.View()).Intents);
        await grain.SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(terms, 2, 6_000_000)] });

        ChannelView paid = await cluster.Reaches(channel, view => view.PaidBytes == 6_000_000, "6 MB paid");
        Assert.Equal((ChannelPhase.Active, terms.Price(6_000_000)), (paid.Phase, paid.Paid));
        Assert.Equal(terms.Price(6_000_000), (await cluster.Chain.GetBalanceAsync(provider.Address, ReadAt.Latest)) - new TokenAmount(1_000 * System.Numerics.BigInteger.Pow(10, 18)));
        Assert.Equal(
            ClosureRefusal.BelowPaid,
            (await grain.SubmitClosure(consumer.Closure(terms, 5_000_000, cluster.Clock.NowSeconds + 3_600))).Refusal);
    }

    [Fact]
    public async Task ChannelThatIsWorthManyClaims_CostsAFew_HoweverSmallItsSteps()
    {
        await using GrainCluster cluster = await GrainCluster.Start(options =>
        {
            // A claim is due at 1,120,000 base units, the price of 1,120 KB.
            options.TokenPriceWei = System.Numerics.BigInteger.Pow(10, 26);
            options.ClaimGasMultiple = 2;
        });
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, provider, pricePerMB: 1_000_000);
        ChannelId channel = await cluster.OpenActive(consumer, provider, terms);
        IChannelGrain grain = cluster.Grains.Channel(channel);
        ulong bytes = 0;
        for (ulong index = 1; index <= 40; index++)
        {
            bytes += 1_200_000;
            await grain.SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(terms, index, bytes)] });
            await Eventually.TrueAsync(
                async () => (await grain.View())!.Operations.All(claim => claim.State is IntentState.Succeeded or IntentState.Refused),
                "the claim to be over");
            await cluster.FeedIsQuiet();
        }

        int claims = (await cluster.Outbox.View()).Intents.Count(intent => intent is { Kind: IntentKind.Claim, Nonce: not null });
        Assert.InRange(claims, 5, 15);
        Assert.True((await grain.View())!.PaidBytes >= bytes * 4 / 5 - 1_200_000);
    }

    [Fact]
    public async Task WithoutAPriceOfTheToken_NothingIsClaimed()
    {
        await using GrainCluster cluster = await GrainCluster.Start();
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        Terms terms = cluster.NewTerms(consumer, provider);
        ChannelId channel = await cluster.OpenActive(consumer, provider, terms);

        await cluster.Grains.Channel(channel).SubmitUnits(new UnitBatch { ConsumerUnits = [consumer.Unit(terms, 1, 100_000_000)] });

        Assert.Empty((await cluster.Outbox.View()).Intents);
    }
}
