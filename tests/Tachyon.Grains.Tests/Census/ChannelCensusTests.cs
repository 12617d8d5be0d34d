using System.Numerics;
using Tachyon.Grains.Census;
using Tachyon.Grains.Channels;

namespace Tachyon.Grains.Tests.Census;

/// <summary>What a pass over all records says.</summary>
public sealed class ChannelCensusTests
{
    private static readonly Eip712Domain Domain = new(31337, Party(1));

    private readonly ChannelCensus _census = new();
    private int _salts;

    [Fact]
    public void Sums_AreOverAllChannels_AndARecordThatComesTwiceCountsOnce()
    {
        ChannelRecord active = Record(ChannelPhase.Active) with { ChainConsumerBytes = 7_000_000, ChainProviderBytes = 7_000_000, PaidBytes = 2_000_000 };
        ChannelRecord settled = Record(ChannelPhase.Settled) with
        {
            ChainConsumerBytes = 4_000_000,
            PaidBytes = 1_000_000,
            Settlement = new SettlementFigures { SettledBytes = 4_000_000, Paid = new TokenAmount(400), Burned = new TokenAmount(30), Refunded = new TokenAmount(10) },
        };
        Add(active);
        Add(active);
        Add(settled);
        _census.Add(ChannelId.Parse($"0x{5:x64}").ToString(), new ChannelRecord());

        CensusView total = _census.Total(nowMs: 9_000, tookMs: 4);

        Assert.Equal(2, total.Channels);
        Assert.Equal((1, 1), (total.In(ChannelPhase.Active), total.In(ChannelPhase.Settled)));
        Assert.Equal(11_000_000UL, total.UsedBytes);
        Assert.Equal(5_000_000UL, total.UnclaimedBytes);
        Assert.Equal(new TokenAmount(500), total.Unclaimed);
        Assert.Equal(new TokenAmount(200 + 400), total.Paid);
        Assert.Equal(new TokenAmount(30), total.Burned);
        Assert.Equal((0, 1), (total.Disputed, total.EndedInDispute));
        Assert.Equal(9_000UL, total.CountedAtMs);
    }

    [Fact]
    public void Dispute_IsNoted_WhereTheCountsAreFurtherApartThanTheToleranceAllows()
    {
        // A tolerance of 1 % of 5 MB.
        ChannelId within = Add(Record(ChannelPhase.Active) with { ChainConsumerBytes = 5_000_000, ChainProviderBytes = 5_050_000 });
        ChannelId beyond = Add(Record(ChannelPhase.Closing) with { ChainConsumerBytes = 5_000_000, ChainProviderBytes = 5_051_000 });
        ChannelId burned = Add(Record(ChannelPhase.Settled) with { Settlement = new SettlementFigures { Burned = new TokenAmount(1) } });

        CensusNotes notes = _census.Notes();

        Assert.Equal(1, _census.Total(0, 0).Disputed);
        Assert.Equal(beyond, Assert.Single(notes.Disputed).ChannelId);
        Assert.Equal(burned, Assert.Single(notes.Ended).ChannelId);
        Assert.DoesNotContain(notes.Disputed, view => view.ChannelId == within);
    }

    [Fact]
    public void Deadlines_AreNotedNearestFirst_AndOnlySoMany()
    {
        Add(Record(ChannelPhase.Active));
        for (ulong i = 0; i < CensusNotes.MaxOfEach + 20; i++)
        {
            ulong seconds = 1_000 + (i * 7_919 % 997);
            Add(i % 2 == 0
                ? Record(ChannelPhase.Opened) with { ConfirmBeforeSeconds = seconds }
                : Record(ChannelPhase.Closing) with { SettleFromSeconds = seconds });
        }

        ulong[] soonest = [.. _census.Notes().Soonest.Select(view => view.DeadlineSeconds!.Value)];

        Assert.Equal(CensusNotes.MaxOfEach, soonest.Length);
        Assert.Equal(soonest.Order(), soonest);
        Assert.Equal(1_000UL, soonest[0]);
    }

    private ChannelId Add(ChannelRecord record)
    {
        ChannelId id = record.Terms!.ChannelId(Domain);
        _census.Add(id.ToString(), record);
        return id;
    }

    private ChannelRecord Record(ChannelPhase phase)
    {
        var terms = new Terms(
            Party(2), Party(3), 100_000_000, new TokenAmount(new BigInteger(100)), 10_000, ChannelKind.Direct, Keccak256.HashText($"census {++_salts}"));
        return new ChannelRecord { Terms = terms, Phase = phase, CapacityBytes = terms.CapacityBytes };
    }

    private static Address Party(int number) => Address.Parse($"0x{number:x40}");
}
