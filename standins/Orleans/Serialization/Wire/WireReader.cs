using System.Buffers.Binary;
using System.Text;
using Orleans.Serialization;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>Reads what a <see cref="WireWriter"/> wrote.</summary>
internal sealed class WireReader(byte[] buffer, int length, IReferenceBinder? binder)
{
    public const int MaxDepth = 512;

    private int _position;
    private int _depth;

    /// <summary>Binds grain references that are met to the runtime that receives them.</summary>
    public IReferenceBinder? Binder { get; } = binder;

    public int Remaining => length - _position;

    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new SerializerException($"The encoded value is nested deeper than {MaxDepth} levels");
        }
    }

    public void Leave() => _depth--;

    public byte Byte() => _position < length ? buffer[_position++] : throw Truncated();

    public ulong Var()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new SerializerException("A number is longer than ten bytes");
    }

    public int Count()
    {
        ulong value = Var();
        // Every element takes a byte at least, so a larger count can only be damage.
        return value <= (ulong)Remaining ? (int)value : throw new SerializerException($"A count of {value} exceeds the {Remaining} bytes that follow");
    }

    public ReadOnlySpan<byte> Take(int size)
    {
        if ((uint)size > (uint)Remaining)
        {
            throw Truncated();
        }

        _position += size;
        return buffer.AsSpan(_position - size, size);
    }

    public string Text() => Encoding.UTF8.GetString(Take(Count()));

    public int FixedLength() => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));

    // The exception that the real reader throws here, though it is not a SerializerException.
    private static InvalidOperationException Truncated() => new("Insufficient data present in buffer.");
}
