using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Units;
using static Tachyon.Protocol.Tests.Evidence.LedgerPair;

namespace Tachyon.Protocol.Tests.Evidence;

public class LedgerCodecTests
{
    private static readonly LedgerPair Pair = new();

    [Fact]
    public void Record_OfEveryKind_ComesBackTheSame()
    {
        foreach (LedgerRecord record in Records())
        {
            byte[] bytes = LedgerRecordCodec.Encode(record);
            Assert.Equal(record, LedgerRecordCodec.Decode(bytes));
        }
    }

    [Fact]
    public void Record_CutShortOrTooLong_IsRefused()
    {
        foreach (LedgerRecord record in Records())
        {
            byte[] bytes = LedgerRecordCodec.Encode(record);
            for (int length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<LedgerFormatException>(() => LedgerRecordCodec.Decode(bytes.AsSpan(0, length)));
            }

            Assert.Throws<LedgerFormatException>(() => LedgerRecordCodec.Decode([.. bytes, 0]));
        }
    }

    [Fact]
    public void Record_OfAnUnknownVersionOrKind_IsRefusedByName()
    {
        byte[] bytes = LedgerRecordCodec.Encode(new CapacityRaised(1_000));
        bytes[0] = 2;
        Assert.Contains("version 2", Assert.Throws<LedgerFormatException>(() => LedgerRecordCodec.Decode(bytes)).Message, StringComparison.Ordinal);
        bytes[0] = 1;
        bytes[1] = 99;
        Assert.Contains("kind 99", Assert.Throws<LedgerFormatException>(() => LedgerRecordCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_OfVersion1_KeepsItsBytes()
    {
        // Journals in the field hold these bytes: a change needs a new version, and this one stays readable.
        Assert.Equal(
            "010300000000000000010000000000000002000000000000000300000000000000040000000000000005",
            Convert.ToHexStringLower(LedgerRecordCodec.Encode(new ConsumerCountsKept(new ConsumerCounts(1, 2, 3, 4, 5)))));
        Assert.Equal(
            "010500000000000000010000000000000002000000000000000300000000000000040000000000000005",
            Convert.ToHexStringLower(LedgerRecordCodec.Encode(new ProviderCountsKept(new ProviderCounts(1, 2, 3, 4, 5)))));
        Assert.Equal("010700000000000003e8", Convert.ToHexStringLower(LedgerRecordCodec.Encode(new CapacityRaised(1_000))));
    }

    [Fact]
    public void RandomBytes_AsARecordAStateOrAUnit_NeverThrowAnythingElse() => Properties.Hold((byte[] tail, byte kind) =>
    {
        byte[] bytes = [1, (byte)(kind % 12), .. tail, .. new byte[300]];
        Refuses(() => LedgerRecordCodec.Decode(bytes));
        Refuses(() => LedgerStateCodec.DecodeConsumer(bytes));
        Refuses(() => LedgerStateCodec.DecodeProvider(bytes));
        return !SignedUnitCodec.TryRead(tail.AsSpan(0, Math.Min(tail.Length, 192)), out _);
    });

    [Fact]
    public void SignedUnit_AsBytes_ComesBackTheSame() => Properties.Hold((ulong index, ulong bytes, ulong time) =>
    {
        SignedUnit unit = Pair.Forge(TestKeys.Consumer, index, bytes, Pair.ChannelId.Value, time);
        return SignedUnitCodec.TryRead(SignedUnitCodec.ToArray(unit), out SignedUnit? read) && read == unit;
    }, cases: 50);

    [Fact]
    public void State_AfterAnyTraffic_IsThatOfTheReplayedRecordsAndComesBackTheSame()
    {
        var pair = new LedgerPair();
        List<LedgerRecord> consumerRecords = [];
        List<LedgerRecord> providerRecords = [];
        for (int i = 0; i < 400; i++)
        {
            Assert.Equal(PayloadDecision.Forward, pair.Provider.TryForward(40_000, pair.NowMs));
            pair.Consumer.Count(i % 50 == 49 ? 0 : 40_000, pair.NowMs); // some of it lost
            ConsumerAction action = pair.Consumer.Poll(pair.NowMs, 10, 0);
            if (action.Unit is { } unit)
            {
                consumerRecords.Add(action.Record!);
                PeerUnitOutcome outcome = pair.Provider.Receive(unit, pair.NowMs);
                providerRecords.Add(outcome.Record!);
                consumerRecords.Add(pair.Consumer.Receive(outcome.Answer!, pair.NowMs).Record!);
            }

            if (i % 100 == 99)
            {
                pair.Consumer.ReceiveStatement(pair.Provider.StatedBytes, pair.NowMs);
                pair.NowMs += 300;
            }
        }

        consumerRecords.Add(pair.Consumer.RaiseCapacity(2_000 * MB)!);
        consumerRecords.Add(pair.Consumer.KeepCounts());
        consumerRecords.Add(pair.Consumer.SignClosure(1_000_000, Start / 1_000, Start).Record!);
        providerRecords.Add(pair.Provider.KeepCounts());

        var consumer = new ConsumerLedger(pair.Terms, TestKeys.Domain, TestKeys.Consumer, new());
        consumerRecords.ForEach(record => consumer.Apply(LedgerRecordCodec.Decode(LedgerRecordCodec.Encode(record))));
        var provider = new ProviderLedger(pair.Terms, TestKeys.Domain, TestKeys.Provider, new());
        providerRecords.ForEach(record => provider.Apply(LedgerRecordCodec.Decode(LedgerRecordCodec.Encode(record))));

        byte[] consumerState = LedgerStateCodec.Encode(pair.Consumer.State);
        byte[] providerState = LedgerStateCodec.Encode(pair.Provider.State);
        Assert.Equal(consumerState, LedgerStateCodec.Encode(consumer.State));
        Assert.Equal(providerState, LedgerStateCodec.Encode(provider.State));
        Assert.Equal(consumerState, LedgerStateCodec.Encode(LedgerStateCodec.DecodeConsumer(consumerState)));
        Assert.Equal(providerState, LedgerStateCodec.Encode(LedgerStateCodec.DecodeProvider(providerState)));
        Assert.Throws<LedgerFormatException>(() => LedgerStateCodec.DecodeConsumer(providerState));
        Assert.Throws<LedgerFormatException>(() => LedgerStateCodec.DecodeProvider(consumerState));
    }

    private static LedgerRecord[] Records()
    {
        SignedUnit one = Pair.Forge(TestKeys.Consumer, 1, 5_000);
        SignedUnit other = Pair.Forge(TestKeys.Provider, 7, 6_000, one.Unit.StructHash());
        var closure = new SignedClosure(new Closure(Pair.ChannelId, 5_000, 77), one.Signature);
        return
        [
            new ConsumerUnitSigned(one, new ConsumerCounts(1, 2, 3, 4, 5)),
            new ProviderUnitTaken(other, true, false),
            new ProviderUnitTaken(other, false, true),
            new ConsumerCountsKept(new ConsumerCounts(ulong.MaxValue, 2, 3, 4, 5)),
            new ConsumerUnitAnswered(one, other, true, new ProviderCounts(1, 2, 3, 4, 5)),
            new ProviderCountsKept(new ProviderCounts(1, 2, 3, 4, ulong.MaxValue)),
            new ClosureSigned(closure),
            new CapacityRaised(ulong.MaxValue),
            new ContradictionFound(new Contradiction(ContradictionKind.HigherIndexFewerBytes, one, other)),
            new OwnUnitRecalled(one),
        ];
    }

    private static void Refuses(Action read)
    {
        try
        {
            read();
        }
        catch (LedgerFormatException)
        {
            // The one way in which reading may fail.
        }
    }
}
