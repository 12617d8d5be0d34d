using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Evidence.Simulation;

/// <summary>An honest consumer: its ledger, its journal, and what is on its mind to send.</summary>
internal sealed class SimulatedConsumer
{
    private readonly Terms _terms;
    private readonly SignatureVerifier _verifier = new();
    private readonly List<byte[]> _journal = [];

    internal SimulatedConsumer(Terms terms)
    {
        _terms = terms;
        Ledger = Replay();
    }

    internal ConsumerLedger Ledger { get; private set; }

    /// <summary>What the consumer's clock is off by.</summary>
    internal long ClockOffsetMs { get; set; }

    /// <summary>What may be on its way at once; a long path takes more than a short one.</summary>
    internal int MaxUnderWayBytes { get; init; } = 1_000_000;

    internal ulong SignAheadBytes { get; set; }

    /// <summary>Upstream payload waiting to be sent.</summary>
    internal ulong WaitingBytes { get; set; }

    internal LeaveReason Leave { get; private set; }

    /// <summary>Payload counted in earlier lives and forgotten by a crash.</summary>
    internal ulong ForgottenBytes { get; private set; }

    internal void Connect(ulong nowMs)
    {
        Leave = LeaveReason.None;
        Ledger.StartSession(Clock(nowMs));
    }

    internal void Receive(Parcel parcel, ulong nowMs)
    {
        Ledger.Count(parcel.PayloadBytes, Clock(nowMs));
        if (parcel.Unit is { } unit)
        {
            PeerUnitOutcome outcome = Ledger.Receive(unit, Clock(nowMs));
            Assert.True(
                outcome.Kind is PeerUnitKind.Agreed or PeerUnitKind.Repeated
                    || outcome.Fault is UnitFault.TimestampAhead or UnitFault.CounterUnitUnknown,
                $"the consumer met {outcome.Kind}, {outcome.Fault} in {unit.Unit}");
            Store(outcome.Record);
        }

        if (parcel.StatedBytes is { } stated)
        {
            Ledger.ReceiveStatement(stated, Clock(nowMs));
        }
    }

    internal void Act(Link toProvider, ulong nowMs, int chunkBytes)
    {
        while (WaitingBytes > 0)
        {
            int payload = (int)Math.Min(WaitingBytes, (ulong)chunkBytes);
            if (Ledger.CheckSend(payload, Clock(nowMs)) != PayloadDecision.Forward || toProvider.UnderWay * chunkBytes > MaxUnderWayBytes)
            {
                break;
            }

            Ledger.Count(payload, Clock(nowMs));
            WaitingBytes -= (ulong)payload;
            toProvider.Send(new Parcel(payload, null, null), nowMs);
            Poll(toProvider, nowMs);
        }

        Poll(toProvider, nowMs);
        _ = Ledger.CheckSend(0, Clock(nowMs));
        Leave = Ledger.CheckLeave(Clock(nowMs));
    }

    internal void Crash()
    {
        ulong before = Ledger.OwnCountBytes;
        Ledger = Replay();
        ForgottenBytes += before - Ledger.OwnCountBytes;
    }

    private void Poll(Link toProvider, ulong nowMs)
    {
        ConsumerAction action = Ledger.Poll(Clock(nowMs), 2 * toProvider.DelayMs, SignAheadBytes);
        if (action.Record is ConsumerUnitSigned signed)
        {
            ulong limit = signed.Counts.OwnCountBytes + signed.Counts.AllowanceConcededBytes + 5_000_000;
            Assert.True(signed.Unit.Unit.BytesUsed <= limit, $"{signed.Unit.Unit.BytesUsed} signed, at most {limit} allowed");
        }

        Store(action.Record);
        if (action.Unit is { } unit)
        {
            toProvider.Send(new Parcel(0, unit, null), nowMs);
        }
    }

    private ulong Clock(ulong nowMs) => (ulong)((long)nowMs + ClockOffsetMs);

    private void Store(LedgerRecord? record)
    {
        if (record is not null)
        {
            _journal.Add(LedgerRecordCodec.Encode(record));
        }
    }

    private ConsumerLedger Replay()
    {
        var ledger = new ConsumerLedger(_terms, TestKeys.Domain, TestKeys.Consumer, _verifier);
        foreach (byte[] record in _journal)
        {
            ledger.Apply(LedgerRecordCodec.Decode(record));
        }

        return ledger;
    }
}
