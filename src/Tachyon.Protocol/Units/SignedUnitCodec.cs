using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Units;

/// <summary>A signed unit as bytes, all fields big-endian and of fixed size, for journals and messages.</summary>
/// <remarks>
/// <code>
/// offset  size  field
///      0    32  channelId
///     32     8  index
///     40     8  bytesUsed
///     48    20  consumer
///     68    20  provider
///     88     8  timestamp
///     96    32  counterUnit
///    128    65  signature r ‖ s ‖ v
/// </code>
/// </remarks>
public static class SignedUnitCodec
{
    /// <summary>Bytes of a signed unit.</summary>
    public const int Length = 193;

    /// <summary>Writes a signed unit to the start of <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Write(SignedUnit signed, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(signed);
        if (destination.Length < Length)
        {
            throw new ArgumentException($"A signed unit needs {Length} bytes, not {destination.Length}.", nameof(destination));
        }

        UsageUnit unit = signed.Unit;
        unit.ChannelId.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[32..], unit.Index);
        BinaryPrimitives.WriteUInt64BigEndian(destination[40..], unit.BytesUsed);
        unit.Consumer.CopyTo(destination[48..]);
        unit.Provider.CopyTo(destination[68..]);
        BinaryPrimitives.WriteUInt64BigEndian(destination[88..], unit.TimestampMs);
        unit.CounterUnit.CopyTo(destination[96..]);
        signed.Signature.CopyTo(destination[128..]);
    }

    /// <summary>A signed unit in a new array.</summary>
    public static byte[] ToArray(SignedUnit signed)
    {
        byte[] bytes = new byte[Length];
        Write(signed, bytes);
        return bytes;
    }

    /// <summary>Reads a signed unit from exactly its bytes. Every content is readable; the rules judge it afterwards.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedUnit? signed)
    {
        if (bytes.Length != Length)
        {
            signed = null;
            return false;
        }

        var unit = new UsageUnit(
            ChannelId.FromBytes(bytes[..32]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[32..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[40..]),
            Address.FromBytes(bytes[48..68]),
            Address.FromBytes(bytes[68..88]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[88..]),
            Bytes32.FromBytes(bytes[96..128]));
        signed = new SignedUnit(unit, Signature.FromBytes(bytes[128..]));
        return true;
    }
}
