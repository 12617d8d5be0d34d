using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Evidence.Simulation;

/// <summary>An honest provider: its ledger, its journal, and the payloads it holds back while paused.</summary>
internal sealed class SimulatedProvider
{
    // Over a connection a pause is stated once, and again when a unit did not end it; a datagram may be lost.
    private const ulong StateAgainAfterMs = 500;

    private readonly Terms _terms;
    private readonly SignatureVerifier _verifier = new();
    private readonly List<byte[]> _journal = [];
    private readonly Queue<int> _heldUpstream = [];
    private ulong _statedAtMs;
    private bool _isPauseStated;

    internal SimulatedProvider(Terms terms)
    {
        _terms = terms;
        Ledger = Replay();
    }

    internal ProviderLedger Ledger { get; private set; }

    internal long ClockOffsetMs { get; set; }

    /// <summary>What may be on its way at once; a long path takes more than a short one.</summary>
    internal int MaxUnderWayBytes { get; init; } = 1_000_000;

    /// <summary>Downstream payload waiting to be sent.</summary>
    internal ulong WaitingBytes { get; set; }

    internal LeaveReason Leave { get; private set; }

    /// <summary>Upstream payload that was let through to the internet.</summary>
    internal ulong ForwardedUpstreamBytes { get; private set; }

    internal ulong HeldBytes => (ulong)_heldUpstream.Sum();

    internal ulong DroppedBytes { get; private set; }

    internal ulong ForgottenBytes { get; private set; }

    internal void Connect(Link toConsumer, ulong nowMs)
    {
        Leave = LeaveReason.None;
        Ledger.StartSession();
        State(toConsumer, nowMs);
    }

    internal void Disconnect()
    {
        DroppedBytes += HeldBytes;
        _heldUpstream.Clear();
    }

    internal void Receive(Parcel parcel, Link toConsumer, ulong nowMs)
    {
        if (parcel.PayloadBytes > 0)
        {
            _heldUpstream.Enqueue(parcel.PayloadBytes);
        }

        if (parcel.Unit is { } unit)
        {
            PeerUnitOutcome outcome = Ledger.Receive(unit, Clock(nowMs));
            Assert.True(
                outcome.Kind is PeerUnitKind.Agreed or PeerUnitKind.Repeated
                    || outcome.Fault is UnitFault.TimestampAhead or UnitFault.CounterUnitUnknown,
                $"the provider met {outcome.Kind}, {outcome.Fault} in {unit.Unit}");
            Store(outcome.Record);
            _isPauseStated &= outcome.Kind != PeerUnitKind.Agreed;
            if (outcome.Answer is { } answer)
            {
                toConsumer.Send(new Parcel(0, answer, null), nowMs);
            }
        }
    }

    internal void Act(Link toConsumer, ulong nowMs, int chunkBytes)
    {
        while (_heldUpstream.TryPeek(out int held) && Forward(held, nowMs))
        {
            _ = _heldUpstream.Dequeue();
            ForwardedUpstreamBytes += (ulong)held;
        }

        while (WaitingBytes > 0 && toConsumer.UnderWay * chunkBytes <= MaxUnderWayBytes)
        {
            int payload = (int)Math.Min(WaitingBytes, (ulong)chunkBytes);
            if (!Forward(payload, nowMs))
            {
                break;
            }

            WaitingBytes -= (ulong)payload;
            toConsumer.Send(new Parcel(payload, null, null), nowMs);
        }

        bool isDue = !_isPauseStated || (toConsumer.IsDatagrams && nowMs >= _statedAtMs + StateAgainAfterMs);
        if (Ledger.IsPaused && isDue)
        {
            State(toConsumer, nowMs);
        }

        Leave = Ledger.CheckLeave(Clock(nowMs));
    }

    internal void State(Link toConsumer, ulong nowMs)
    {
        _statedAtMs = nowMs;
        _isPauseStated = Ledger.IsPaused;
        toConsumer.Send(new Parcel(0, null, Ledger.StatedBytes), nowMs);
    }

    internal void Crash()
    {
        ulong before = Ledger.OwnCountBytes;
        Disconnect();
        Ledger = Replay();
        ForgottenBytes += before - Ledger.OwnCountBytes;
    }

    private bool Forward(int payload, ulong nowMs)
    {
        bool wasPaused = Ledger.IsPaused;
        bool forward = Ledger.TryForward(payload, Clock(nowMs)) == PayloadDecision.Forward;
        if (forward)
        {
            Assert.True(
                Ledger.MissingBytes <= (long)Ledger.CreditBytes,
                $"{Ledger.MissingBytes} missing on a credit of {Ledger.CreditBytes}");
        }
        else if (!wasPaused)
        {
            _isPauseStated = false;
        }

        return forward;
    }

    private ulong Clock(ulong nowMs) => (ulong)((long)nowMs + ClockOffsetMs);

    private void Store(LedgerRecord? record)
    {
        if (record is not null)
        {
            _journal.Add(LedgerRecordCodec.Encode(record));
        }
    }

    private ProviderLedger Replay()
    {
        var ledger = new ProviderLedger(_terms, TestKeys.Domain, TestKeys.Provider, _verifier);
        foreach (byte[] record in _journal)
        {
            ledger.Apply(LedgerRecordCodec.Decode(record));
        }

        return ledger;
    }
}
