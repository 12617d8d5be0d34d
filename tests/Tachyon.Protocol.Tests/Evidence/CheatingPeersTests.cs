using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Settlement;
using Tachyon.Protocol.Units;
using static Tachyon.Protocol.Tests.Evidence.LedgerPair;

namespace Tachyon.Protocol.Tests.Evidence;

/// <summary>
/// What a party that follows the page can lose to one that does not: beyond the tolerance it accepted, one checkpoint, and
/// for a consumer one more burned (protocol, "What must always hold", 3). In bytes, and in tokens after settlement.
/// </summary>
public class CheatingPeersTests
{
    private const ulong Checkpoint = 5 * MB;

    /// <summary>A cheat's moves: what it does next, and by how much.</summary>
    private static readonly Gen<(int Kind, int Size)[]> Moves =
        (from kind in Gen.Choose(0, 5)
         from size in Gen.Choose(0, 3_000)
         select (kind, size)).ArrayOf().Resize(300);

    private static readonly Gen<(uint TolerancePpm, (int Kind, int Size)[] Moves)> Games =
        from tolerance in Gen.Elements(0u, 1_000u, 10_000u, 200_000u)
        from moves in Moves
        select (tolerance, moves);

    [Theory]
    [InlineData(0, 256_000)]
    [InlineData(10_000, 306_000)]
    public void ConsumerThatNeverSigns_AnewOnEveryConnection_GetsTheFirstCreditOnce(uint tolerancePpm, ulong served)
    {
        var pair = new LedgerPair(tolerancePpm);
        for (int connection = 0; connection < 20; connection++)
        {
            pair.Provider.StartSession();
            while (pair.Provider.TryForward(1_000, pair.NowMs) == PayloadDecision.Forward)
            {
            }

            pair.NowMs += 31_000;
            Assert.Equal(LeaveReason.TooMuchMissing, pair.Provider.CheckLeave(pair.NowMs));
        }

        Assert.Equal(served, pair.Provider.OwnCountBytes);
    }

    [Fact]
    public void ConsumerThatUnderstatesInAnyWay_TakesAtMostOneCheckpointBeyondTheTolerance() => Properties.Hold(Games, game =>
    {
        var pair = new LedgerPair(game.TolerancePpm, capacityBytes: 100_000 * MB);
        ulong index = 0;
        ulong signed = 0;
        foreach ((int kind, int size) in game.Moves)
        {
            switch (kind)
            {
                case 0 or 1 or 2: // uses as much as it is given
                    for (int i = 0; i < size; i++)
                    {
                        if (pair.Provider.TryForward(10_000, pair.NowMs) != PayloadDecision.Forward)
                        {
                            break;
                        }
                    }

                    break;
                case 3 or 4: // signs for some part of it, never for all
                    ulong used = pair.Provider.OwnCountBytes;
                    ulong claimed = ByteCounts.RoundDownToKB(signed + ((used > signed ? used - signed : 0) * (ulong)size / 3_000));
                    SignedUnit unit = pair.Forge(
                        TestKeys.Consumer, ++index, claimed, pair.Provider.NewestOwn?.Unit.StructHash() ?? default);
                    signed = pair.Provider.Receive(unit, pair.NowMs).Kind == PeerUnitKind.Agreed ? claimed : signed;
                    break;
                case 5: // comes back later, with the provider's process started again
                    pair.Provider = new ProviderLedger(
                        pair.Terms, TestKeys.Domain, TestKeys.Provider, new(),
                        LedgerStateCodec.DecodeProvider(LedgerStateCodec.Encode(pair.Provider.State)));
                    pair.Provider.StartSession();
                    break;
            }

            Assert.Equal(LedgerPhase.Serving, pair.Provider.Phase);
        }

        ulong served = pair.Provider.OwnCountBytes;
        ulong accepted = AcceptedLoss(pair, signed);
        TokenAmount paid = SettlementRules.Settle(pair.Terms, pair.Terms.CapacityBytes, signed, signed).Paid;
        return served <= signed + accepted + Checkpoint
            && pair.Terms.Price(served) <= paid + pair.Terms.Price(accepted + Checkpoint) + new TokenAmount(1);
    }, cases: 60);

    [Fact]
    public void ProviderThatOverstatesInAnyWay_TakesAtMostOneCheckpointBeyondTheToleranceAndBurnsOneMore() =>
        Properties.Hold(Games, game =>
        {
            var pair = new LedgerPair(game.TolerancePpm, capacityBytes: 100_000 * MB);
            ulong index = 0;
            ulong overstated = 0;
            foreach ((int kind, int size) in game.Moves)
            {
                pair.NowMs += 250;
                switch (kind)
                {
                    case 0: // serves a little, to look honest
                        pair.Consumer.Count(size * 100, pair.NowMs);
                        break;
                    case 1: // claims that more was lost than was ever sent
                        pair.Consumer.ReceiveStatement(pair.Consumer.OwnCountBytes + ((ulong)size * 3_000), pair.NowMs);
                        break;
                    case 2: // breaks the connection and starts over
                        pair.Consumer.StartSession(pair.NowMs);
                        break;
                    case 3 or 4: // answers, to be signed for further
                        if (pair.Consumer.NewestOwn is { } own)
                        {
                            pair.Consumer.Receive(
                                pair.Forge(TestKeys.Provider, ++index, own.Unit.BytesUsed, own.Unit.StructHash()), pair.NowMs);
                        }

                        break;
                    case 5 when size > 2_990: // and now and then bills what it likes
                        overstated = ByteCounts.RoundUpToKB(pair.Consumer.OwnCountBytes + ((ulong)size * 10_000));
                        Bytes32 counter = pair.Consumer.NewestOwn?.Unit.StructHash() ?? default;
                        pair.Consumer.Receive(pair.Forge(TestKeys.Provider, ++index, overstated, counter), pair.NowMs);
                        break;
                }

                _ = pair.Consumer.Poll(pair.NowMs, 10, ulong.MaxValue);
            }

            ulong received = pair.Consumer.OwnCountBytes;
            ulong signed = pair.Consumer.NewestOwn?.Unit.BytesUsed ?? 0;
            ulong accepted = AcceptedLoss(pair, received);
            SettlementOutcome outcome = SettlementRules.Settle(pair.Terms, pair.Terms.CapacityBytes, signed, overstated);
            return signed <= received + accepted + Checkpoint
                && outcome.Paid <= pair.Terms.Price(received + accepted + Checkpoint)
                && outcome.Charged <= pair.Terms.Price(received + accepted + Checkpoint + Checkpoint);
        }, cases: 60);

    [Fact]
    public void ProviderThatTakesSignaturesAheadAndStops_KeepsAtMostOneCheckpoint()
    {
        var pair = new LedgerPair();
        for (int i = 0; i < 1_000; i++)
        {
            pair.NowMs += 1_000;
            pair.Exchange(signAheadBytes: ulong.MaxValue);
        }

        Assert.Equal(Checkpoint, pair.Consumer.NewestOwn!.Unit.BytesUsed);
        Assert.Equal(0UL, pair.Consumer.OwnCountBytes);
    }

    /// <summary>What the tolerance gives away over a count: one allowance for each checkpoint begun.</summary>
    private static ulong AcceptedLoss(LedgerPair pair, ulong countedBytes) =>
        (ByteCounts.CheckpointOf(countedBytes) + 1) * pair.Terms.AllowancePerCheckpointBytes;
}
