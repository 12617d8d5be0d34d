namespace Tachyon.Grains.Channels;

/// <summary>Decides whether a unit becomes evidence. Pure but for the signature check, which comes last because it costs most.</summary>
internal sealed class UnitCheck(SignatureVerifier verifier, Eip712Domain domain)
{
    /// <summary>Why the unit is not taken; <see cref="UnitRefusal.None"/> when it is, or is known already.</summary>
    /// <param name="record">The channel; its terms are known.</param>
    /// <param name="unit">The newest of a batch, of this channel and its parties: see <see cref="WhoseOther"/>.</param>
    /// <param name="known">The newest unit known of the same signer.</param>
    /// <param name="signer">The party that it is handed in for.</param>
    /// <param name="nowMs">This silo's time, Unix milliseconds.</param>
    internal UnitRefusal Check(ChannelRecord record, SignedUnit unit, SignedUnit? known, Address signer, ulong nowMs)
    {
        UsageUnit stated = unit.Unit;
        if (stated.Index == 0)
        {
            return UnitRefusal.IndexZero;
        }

        if (!ByteCounts.IsWholeKB(stated.BytesUsed))
        {
            return UnitRefusal.NotWholeKB;
        }

        if (stated.BytesUsed > record.CapacityBytes)
        {
            return UnitRefusal.AboveCapacity;
        }

        if (stated.TimestampMs > nowMs + ProtocolConstants.MaxTimestampAheadMs)
        {
            return UnitRefusal.TimestampAhead;
        }

        if (known is not null && Contradicts(stated, known.Unit))
        {
            return UnitRefusal.Contradiction;
        }

        bool adds = known is null || UnitOrder.Supersedes(stated, known.Unit);
        return !adds || unit.CheckSignature(verifier, domain, signer) == SignatureFault.None
            ? UnitRefusal.None
            : UnitRefusal.WrongSigner;
    }

    /// <summary>Whether a unit is of another channel or of other parties; <see cref="UnitRefusal.None"/> where it is of this one, or there is none.</summary>
    internal static UnitRefusal WhoseOther(Terms terms, ChannelId channelId, SignedUnit? unit) => unit?.Unit switch
    {
        null => UnitRefusal.None,
        { ChannelId: var id } when id != channelId => UnitRefusal.OtherChannel,
        { Consumer: var consumer, Provider: var provider } when consumer != terms.Consumer || provider != terms.Provider => UnitRefusal.OtherParties,
        _ => UnitRefusal.None,
    };

    /// <summary>A contradiction that shows more bytes is taken all the same: its signer owes for them.</summary>
    private static bool Contradicts(UsageUnit stated, UsageUnit known) => stated.Index == known.Index
        ? stated != known && stated.BytesUsed <= known.BytesUsed
        : stated.Index > known.Index && stated.BytesUsed < known.BytesUsed;
}
