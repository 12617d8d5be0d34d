using Tachyon.Protocol;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>What a killed process forgets: counts reach the journal beside the traffic, also when no unit takes them there.</content>
internal abstract partial class UnitEngine
{
    // What may wait for a slow journal. Beyond it forwarding waits too, or a peer could have a crash forget what it owes.
    private const ulong MaxUnkeptBytes = 16 * ProtocolConstants.InitialCreditBytes;

    private ulong _durableCountBytes;
    private bool _heldBack;

    // At stake is what a crash forgets: the first credit before anything was earned, then a quarter of the credit, which is
    // more than lies between two units. While units flow they take the counts along, and nothing else has to be written.
    private ulong KeepAfterBytes => Math.Max(ProtocolConstants.InitialCreditBytes, CreditBytes / 4);

    private ulong KeptBytes => OwnCountBytes - UnkeptBytes;

    /// <summary>Whether so much more may be counted before the journal has caught up; where not, the session is resumed then.</summary>
    protected bool MayCount(int bytes)
    {
        // Remembered until then: a small payload that still fits must not make a larger one that waits be forgotten.
        var holds = OwnCountBytes + (ulong)bytes - _durableCountBytes > MaxUnkeptBytes;
        _heldBack |= holds;
        return !holds;
    }

    /// <summary>Hands the counts to the journal when enough is unkept and no record with newer ones is on its way there.</summary>
    protected void KeepCountsIfDue(ref EngineEffects effects)
    {
        if (UnkeptBytes >= KeepAfterBytes && KeptBytes <= _durableCountBytes && !_broken)
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
