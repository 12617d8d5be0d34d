using Tachyon.Protocol;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>The provider's end: serves on credit, answers every unit, and pauses when what is missing exceeds the credit.</summary>
internal sealed class ProviderUnitEngine : UnitEngine
{
    // Credit left over in crumbs is not worth a frame each: the next unit brings more.
    private const int MinPartBytes = 4 * 1024;

    // Nor is a pause ended for crumbs: where packets were lost, the consumer would sign for each single one that follows.
    private const ulong MinResumeBytes = 64 * 1024;

    // How long the consumer of a closed channel may take to fetch the closure that it lacks.
    private static readonly TimeSpan ClosedTimeout = TimeSpan.FromSeconds(10);

    private readonly ProviderLedger _ledger;
    private readonly ServeLimits _limits;
    private bool _paused;
    private long _startedAt;

    public ProviderUnitEngine(TunnelChannel channel, UnitEngineParts parts, ProviderLedger ledger, SignedClosure? peerClosure)
        : base(channel, parts, new StoredChannel(ledger.NewestOwn, ledger.NewestPeer, ledger.Closure, peerClosure, ledger.OwnCountBytes))
    {
        _ledger = ledger;
        _limits = parts.Limits;
    }

    protected override Address PeerAddress => Channel.Terms.Consumer;

    protected override LedgerPhase Phase => _ledger.Phase;

    protected override SignedClosure? OwnClosure => _ledger.Closure;

    protected override ulong OwnCountBytes => _ledger.OwnCountBytes;

    protected override ulong UnkeptBytes => _ledger.UnkeptBytes;

    protected override ulong CreditBytes => _ledger.CreditBytes;

    // No more than a channel may ever cost (protocol, guarantee 3).
    protected override ulong MaxUnkeptMarkedBytes => ProtocolConstants.CheckpointBytes;

    // What the consumer has signed for, ahead of use or not, is not served a second time.
    protected override ulong CoveredBytes(SignedUnit? peer) => peer?.Unit.BytesUsed ?? 0;

    public override int AdmitSend(int wantedBytes)
    {
        var effects = default(EngineEffects);
        var admitted = 0;
        lock (Lock)
        {
            if (IsUp)
            {
                admitted = Admit(wantedBytes, partly: true, ref effects);
            }
        }

        effects.Apply(Host, this);
        return admitted;
    }

    // Both ways a packet is counted before it goes on, or not at all.
    public override bool TryAdmitWhole(int bytes) => TryCountReceived(bytes);

    public override bool TryCountReceived(int bytes)
    {
        var effects = default(EngineEffects);
        bool counted;
        lock (Lock)
        {
            counted = IsUp && Admit(bytes, partly: false, ref effects) == bytes;
        }

        effects.Apply(Host, this);
        return counted;
    }

    protected override bool TryHandleLocked(FrameKind kind, ReadOnlySpan<byte> payload, ref EngineEffects effects)
    {
        // Statements are the provider's own to make.
        if (kind != FrameKind.ClosureSigned)
        {
            return false;
        }

        if (ReadClosure(payload, ref effects) is { } closure)
        {
            TakeClosure(closure, ref effects);
        }

        return true;
    }

    /// <summary>
    /// Takes a closure that the consumer signed and the gateway brought; its signature was checked. Signed here too where it
    /// covers what was served. The consumer signs no more units in any case, so a session that runs ends.
    /// </summary>
    public void TakeOffered(SignedClosure closure)
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            if (!IsBroken)
            {
                TakeClosure(closure, ref effects);
                effects.End(GoodbyeReason.ChannelClosed, inOrder: true, "the consumer has signed an end of the channel");
            }
        }

        effects.Apply(Host, this);
    }

    public override void Ending()
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            // Bytes lost with an earlier connection stay missing until the consumer knows of them.
            if (IsUp && Phase == LedgerPhase.Serving)
            {
                effects.StatedBytes = _ledger.StatedBytes;
            }
        }

        effects.Apply(Host, this);
    }

    public override void Tick(TimeSpan roundTripTime)
    {
        var effects = default(EngineEffects);
        lock (Lock)
        {
            if (!IsUp)
            {
                return;
            }

            switch (_ledger.CheckLeave(NowMs))
            {
                case LeaveReason.TooMuchMissing:
                    effects.End(GoodbyeReason.PauseTimedOut, inOrder: true, $"{_ledger.MissingBytes} bytes stay unsigned");
                    break;
                case LeaveReason.Ended when !Quiesced && Time.GetElapsedTime(_startedAt) > ClosedTimeout:
                    effects.End(GoodbyeReason.ChannelClosed, inOrder: true, "this side has signed the closure");
                    break;
            }
        }

        effects.Apply(Host, this);
    }

    protected override void StartLocked(ref EngineEffects effects)
    {
        _paused = false;
        _startedAt = Time.GetTimestamp();
        if (Phase == LedgerPhase.Serving)
        {
            _ledger.StartSession();
            effects.StatedBytes = _ledger.StatedBytes;
        }
    }

    protected override void QuiesceLocked(ref EngineEffects effects) => TrySettle(ref effects);

    protected override LedgerRecord? Recall(SignedUnit shown) => _ledger.Recall(shown);

    protected override PeerUnitOutcome Receive(SignedUnit unit) => _ledger.Receive(unit, NowMs);

    protected override void OnAgreed(ref EngineEffects effects)
    {
        if (_paused && IsWorthResuming)
        {
            effects.Resume = true;
            _paused = false;
        }

        TrySettle(ref effects);
    }

    // What is missing beyond this comes with the next unit, or with one that concedes what was lost once the channel is quiet.
    private bool IsWorthResuming
    {
        get
        {
            var left = _ledger.CapacityBytes > OwnCountBytes ? _ledger.CapacityBytes - OwnCountBytes : 0;
            return _ledger.ForwardableBytes >= Math.Min(left, Math.Min(MinResumeBytes, _ledger.CreditBytes / 4));
        }
    }

    protected override ClosureOutcome SignClosure(ulong bytesUsed, ulong validUntilSeconds) =>
        _ledger.SignClosure(bytesUsed, validUntilSeconds, NowMs, PaidBytes);

    protected override LedgerRecord? RaiseLedgerCapacity(ulong capacityBytes) => _ledger.RaiseCapacity(capacityBytes);

    protected override LedgerRecord KeepCounts() => _ledger.KeepCounts();

    protected override void RecallCount(ulong ownCountBytes) => _ledger.RecallCount(ownCountBytes);

    protected override ValueTask SaveSnapshotAsync(IUnitJournal journal) => journal.SnapshotAsync(Channel.ChannelId, _ledger.State);

    protected override void OnBothClosed(ref EngineEffects effects)
    {
        effects.Settled = Quiesced;
    }

    protected override ChannelStats StatsLocked(long unitsSigned, long unitsVerified) => new(
        _ledger.OwnCountBytes,
        _ledger.AgreedBytes,
        _ledger.NewestOwn?.Unit.BytesUsed ?? 0,
        _ledger.NewestPeer?.Unit.BytesUsed ?? 0,
        unitsSigned,
        unitsVerified,
        _ledger.AgreedBytes / ProtocolConstants.CheckpointBytes,
        _paused);

    private int Admit(int wantedBytes, bool partly, ref EngineEffects effects)
    {
        if (!MayCount(wantedBytes))
        {
            return 0;
        }

        var allowed = _limits.Take(OwnCountBytes, wantedBytes, partly, out var reached);
        if (reached is { } reason)
        {
            effects.End(reason, inOrder: true, reason == GoodbyeReason.NotServing
                ? "this node has served what it serves in a month; the channel stays open for the next"
                : "this node has served all that it serves on one channel");
            _paused = true;
            return 0;
        }

        var admittedBytes = AdmitWithinLimits(allowed.Bytes, partly, ref effects);
        _limits.GiveBack(allowed, admittedBytes);
        return admittedBytes;
    }

    private int AdmitWithinLimits(int wantedBytes, bool partly, ref EngineEffects effects)
    {
        var nowMs = NowMs;
        var decision = _ledger.TryForward(wantedBytes, nowMs);
        if (partly && decision is PayloadDecision.PausedForCredit or PayloadDecision.AtCapacity)
        {
            var part = (int)Math.Min((ulong)wantedBytes, _ledger.ForwardableBytes);
            if (part >= MinPartBytes || (part > 0 && decision == PayloadDecision.AtCapacity))
            {
                wantedBytes = part;
                decision = _ledger.TryForward(wantedBytes, nowMs);
            }
        }

        if (decision == PayloadDecision.Forward)
        {
            OnCounted(ref effects);
            return wantedBytes;
        }

        if (decision == PayloadDecision.AtCapacity)
        {
            effects.End(GoodbyeReason.CapacityReached, inOrder: true, $"all {_ledger.CapacityBytes} bytes of the channel are used");
        }
        else if (decision == PayloadDecision.PausedForCredit && !_paused)
        {
            effects.StatedBytes = _ledger.StatedBytes;
        }

        _paused = true;
        return 0;
    }

    private void TrySettle(ref EngineEffects effects)
    {
        if (Quiesced && !Closing && Phase == LedgerPhase.Serving && _ledger.IsOrderlyEnd)
        {
            effects.Settled = true;
        }
    }

    private void TakeClosure(SignedClosure closure, ref EngineEffects effects)
    {
        if (OwnClosure is { } own && own.Closure == closure.Closure)
        {
            // The consumer did not get it the last time.
            Resend(own, ref effects);
            AppendPeerClosure(closure, ref effects);
            return;
        }

        // What may be lost at the end is what may be lost in a checkpoint: no more is given away with a signature.
        var spareBytes = Math.Max(ProtocolConstants.BytesPerKB, Channel.Terms.AllowancePerCheckpointBytes);
        if (_ledger.StatedBytes > closure.Closure.BytesUsed + spareBytes)
        {
            RefuseClosure($"the consumer signed {closure.Closure.BytesUsed} bytes, this side counts {_ledger.StatedBytes}", ref effects);
            return;
        }

        // Nothing is kept of a closure that this side would not sign: the newest one kept is what a restart goes by.
        var fault = _ledger.CheckClosure(closure.Closure.BytesUsed, closure.Closure.ValidUntilSeconds, NowMs, PaidBytes);
        if (fault != ClosureFault.None || !CanSettle(closure))
        {
            RefuseClosure($"{closure.Closure.BytesUsed} bytes until {closure.Closure.ValidUntilSeconds}: {(fault == ClosureFault.None ? ClosureFault.Expired : fault)}", ref effects);
            return;
        }

        AppendPeerClosure(closure, ref effects);
        SignClosure(closure.Closure.BytesUsed, closure.Closure.ValidUntilSeconds, ref effects);
    }
}
