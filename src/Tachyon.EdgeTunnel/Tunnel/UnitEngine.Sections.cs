using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>Units as sections of frames, and what each side shows the other of its own units when a session starts.</content>
internal abstract partial class UnitEngine
{
    private bool _peerHasShown;

    // Before anything is signed in a session: a node whose journal lost its end would otherwise sign below what it signed.
    private bool TryTakeShown(ReadOnlySpan<byte> payload, ref EngineEffects effects)
    {
        if (Host is null || _peerHasShown || payload.Length is not (0 or FrameLayout.UnitSectionBytes))
        {
            return false;
        }

        _peerHasShown = true;
        if (payload.Length != 0)
        {
            var shown = Read(new UnitSection(payload));
            if (Recall(shown) is { } record)
            {
                LogRecalled(Channel.ChannelId, shown.Unit.Index, shown.Unit.BytesUsed);
                Append(record, ref effects, shown);
            }
        }

        StartLocked(ref effects);
        effects.Resume = true;
        return true;
    }

    // The session implies channel and parties: a unit of another channel reads as one of this with a wrong signature.
    private SignedUnit Read(UnitSection section) => new(
        new UsageUnit(
            Channel.ChannelId,
            section.Index,
            section.BytesUsed,
            Channel.Terms.Consumer,
            Channel.Terms.Provider,
            section.TimestampMs,
            Bytes32.FromBytes(section.CounterUnit)),
        Signature.FromBytes(section.Signature));

    private static byte[] SectionOf(SignedUnit unit)
    {
        var section = new byte[FrameLayout.UnitSectionBytes];
        Write(unit, section);
        return section;
    }

    private static void Write(SignedUnit unit, Span<byte> section)
    {
        Span<byte> counterUnit = stackalloc byte[Bytes32.Length];
        Span<byte> signature = stackalloc byte[Signature.Length];
        unit.Unit.CounterUnit.CopyTo(counterUnit);
        unit.Signature.CopyTo(signature);
        UnitSection.Write(section, unit.Unit.Index, unit.Unit.BytesUsed, unit.Unit.TimestampMs, counterUnit, signature);
    }

    [LoggerMessage(4, LogLevel.Warning, "This node had forgotten that it signed unit {Index} of {BytesUsed} bytes on channel {ChannelId}; the peer has shown it")]
    private partial void LogRecalled(ChannelId channelId, ulong index, ulong bytesUsed);
}
