using Tachyon.Protocol;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>What a killed process forgets: counts reach the journal beside the traffic, also when no unit takes them there.</content>
internal abstract partial class UnitEngine
{
    // What may wait for a slow journal. Beyond it forwarding waits too, or a peer could have a crash forget what it owes.
    private const ulong MaxUnkeptBytes = 16 * ProtocolConstants.InitialCreditBytes;

    // A mark that says more than what may ever be unkept is not of this journal.
    private const ulong MaxMarkedBytes = 4 * ProtocolConstants.CheckpointBytes;

    private ICountMark? _mark;
    private ulong _handedOverBytes;
    private ulong _durableCountBytes;
    private bool _heldBack;

    /// <summary>The most that a machine which loses its power may forget, where the mark has the rest.</summary>
    protected abstract ulong MaxUnkeptMarkedBytes { get; }

    // At stake is what a crash forgets: the first credit before anything was earned, then a quarter of the credit. With a mark
    // nothing is forgotten but where the machine loses its power, and more may lie between two records: while units flow they
    // take the counts along, and nothing else has to be written.
    private ulong KeepAfterBytes =>
        Math.Max(ProtocolConstants.InitialCreditBytes, _mark is null ? CreditBytes / 4 : Math.Min(CreditBytes, MaxUnkeptMarkedBytes / 10 * 9));

    private ulong MostUnkeptBytes => _mark is null ? MaxUnkeptBytes : MaxUnkeptMarkedBytes;

    private ulong KeptBytes => OwnCountBytes - UnkeptBytes;

    /// <summary>What this side's count is at least where the machine loses its power, by a unit of the peer that is durable.</summary>
    protected virtual ulong CoveredBytes(SignedUnit? peer) => 0;

    // What the count is after a crash, once this is durable.
    private ulong RecoverableBytes(SignedUnit? peer) => _mark is null ? KeptBytes : Math.Max(KeptBytes, CoveredBytes(peer));

    /// <summary>Whether so much more may be counted before the journal has caught up; where not, the session is resumed then.</summary>
    protected bool MayCount(int bytes)
    {
        // Remembered until then: a small payload that still fits must not make a larger one that waits be forgotten.
        var holds = OwnCountBytes + (ulong)bytes > _durableCountBytes + MostUnkeptBytes;
        _heldBack |= holds;
        return !holds;
    }

    /// <summary>A payload was counted: the mark has it from now on, the journal when enough is unkept.</summary>
    protected void OnCounted(ref EngineEffects effects)
    {
        if (_mark is { } mark)
        {
            mark.CountBytes = OwnCountBytes;
        }

        KeepCountsIfDue(ref effects);
    }

    /// <summary>
    /// Counts on from where a killed process stood, before any session takes the mark: what is shown, and what budgets and caps are
    /// held against, is right from the start. Only while nothing is counted yet.
    /// </summary>
    public void RecallMarked() => RecallMarked(_journal.MarkedBytes(Channel.ChannelId));

    private void RecallMarked(ulong markedBytes)
    {
        if (markedBytes > OwnCountBytes && markedBytes - OwnCountBytes <= MaxMarkedBytes)
        {
            RecallCount(markedBytes);
        }
    }

    // In a killed process's journal the count ends with its last record, in its mark where it stood. One that the machine's power
    // took with it is at least what the journal's units cover.
    private void TakeMark()
    {
        _mark ??= _journal.TakeMark(Channel.ChannelId);
        if (_mark is not { } mark)
        {
            return;
        }

        RecallMarked(mark.CountBytes);
        if (mark.IsOutdated && CoveredBytes(_durablePeer) is var covered && covered > OwnCountBytes)
        {
            RecallCount(covered);
        }

        mark.CountBytes = OwnCountBytes;
    }

    // Not where the next session has begun already: it goes on with the mark.
    private void ReleaseMark()
    {
        if (Host is null && _mark is { } mark)
        {
            _mark = null;
            mark.Release();
        }
    }

    // Hands the counts to the journal when enough is unkept and no record with newer ones is on its way there.
    private void KeepCountsIfDue(ref EngineEffects effects)
    {
        if (OwnCountBytes >= _handedOverBytes + KeepAfterBytes && _handedOverBytes <= _durableCountBytes && !_broken)
        {
            Append(KeepCounts(), ref effects);
        }
    }

    private void OnCountsDurable(ulong keptBytes, ref EngineEffects effects)
    {
        _durableCountBytes = Math.Max(_durableCountBytes, keptBytes);
        effects.Resume |= _heldBack;
        _heldBack = false;
        KeepCountsIfDue(ref effects);
    }
}
