using System.Buffers.Binary;

namespace Tachyon.Protocol.Frames;

/// <summary>
/// A view of the unit section of a frame: the fields of a signed unit that the session does not already imply.
/// Nothing is verified here; the evidence ledger judges the unit.
/// </summary>
public readonly ref struct UnitSection
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>Views the first <see cref="FrameLayout.UnitSectionBytes"/> of <paramref name="section"/>.</summary>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public UnitSection(ReadOnlySpan<byte> section)
    {
        if (section.Length < FrameLayout.UnitSectionBytes)
        {
            throw new ArgumentException($"A unit section takes {FrameLayout.UnitSectionBytes} bytes, there are {section.Length}.", nameof(section));
        }

        _bytes = section[..FrameLayout.UnitSectionBytes];
    }

    /// <summary>The signer's own running number of the unit, from 1.</summary>
    public ulong Index => BinaryPrimitives.ReadUInt64BigEndian(_bytes);

    /// <summary>Cumulative bytes of the channel that the signer states.</summary>
    public ulong BytesUsed => BinaryPrimitives.ReadUInt64BigEndian(_bytes[8..]);

    /// <summary>Unix milliseconds.</summary>
    public ulong TimestampMs => BinaryPrimitives.ReadUInt64BigEndian(_bytes[16..]);

    /// <summary>32 bytes: struct hash of the unit of the other side that this one answers; zero before the first.</summary>
    public ReadOnlySpan<byte> CounterUnit => _bytes.Slice(24, 32);

    /// <summary>65 bytes r ‖ s ‖ v.</summary>
    public ReadOnlySpan<byte> Signature => _bytes.Slice(56, 65);

    /// <summary>Writes a unit section into the first <see cref="FrameLayout.UnitSectionBytes"/> of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public static void Write(Span<byte> destination, ulong index, ulong bytesUsed, ulong timestampMs, ReadOnlySpan<byte> counterUnit, ReadOnlySpan<byte> signature)
    {
        if (destination.Length < FrameLayout.UnitSectionBytes || counterUnit.Length != 32 || signature.Length != 65)
        {
            throw new ArgumentException(
                $"A unit section takes {FrameLayout.UnitSectionBytes} bytes with a counter unit of 32 and a signature of 65; got {destination.Length}, {counterUnit.Length} and {signature.Length}.",
                nameof(destination));
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, index);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], bytesUsed);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], timestampMs);
        counterUnit.CopyTo(destination[24..]);
        signature.CopyTo(destination[56..]);
    }
}
