using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Routes;

/// <summary>When an exit states what it counted of a route that is fast.</summary>
public sealed class ExitCountsTests
{
    private const ulong MB = 1_000_000;
    private const ulong StepBytes = 2 * MB;

    private static readonly KeySigner Exit = TestKeys.Key("tachyon test exit");
    private static readonly Terms Pool = new(
        TestKeys.Provider.Address, Exit.Address, 500 * MB, new TokenAmount(1_000_003), 10_000, ChannelKind.Direct, Keccak256.HashText("pool"));

    private readonly ExitLedger _ledger = new(Pool, TestKeys.Domain, Exit, new SignatureVerifier());
    private readonly Bytes32 _tag = Keccak256.HashText("tag");

    public ExitCountsTests() => _ledger.Admit(_tag, TestKeys.Stranger.Address);

    [Fact]
    public void Count_ComesBeforeTheConsumersNextUnit_SoThatNoneOfItsCreditWaits()
    {
        Let(5 * MB);
        Assert.Equal(StepBytes, UsedUntilDue());

        // The consumer signed when it had used half a megabyte less than was just stated, and its next unit comes a step after that.
        Let(6_500_000);
        Assert.Equal(StepBytes - 500_000, UsedUntilDue());

        // From then on both are at the same bytes.
        Let(8_500_000);
        Assert.Equal(StepBytes, UsedUntilDue());
    }

    [Fact]
    public void Counts_LieAtLeastAMegabyteApart_HoweverFarTheConsumerIsBehind()
    {
        Let(5 * MB);
        UsedUntilDue();
        UsedUntilDue();
        Let(7 * MB);

        Assert.Equal(1 * MB, UsedUntilDue());
    }

    private void Let(ulong bytes)
    {
        var credit = new TagCredit(_ledger.PoolId, _tag, bytes);
        Assert.NotNull(_ledger.TakeCredit(new SignedTagCredit(credit, TestKeys.Provider.Sign(credit, TestKeys.Domain)), out _));
    }

    private ulong UsedUntilDue()
    {
        ulong before = _ledger.Find(_tag)!.Value.CountBytes;
        while (!_ledger.IsCountDue(_tag, isWanted: false, RouteWorld.Start, StepBytes))
        {
            _ledger.Count(_tag, 1_000, RouteWorld.Start);
        }

        ulong counted = _ledger.Find(_tag)!.Value.CountBytes;
        Assert.Equal(counted, _ledger.PollCount(_tag, isWanted: false, RouteWorld.Start, StepBytes)!.Count.Count.BytesUsed);
        return counted - before;
    }
}
