using System.Buffers.Binary;
using System.Text;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>A growing buffer that a value is encoded into. Rented per thread.</summary>
internal sealed class WireWriter
{
    private const int KeptBytes = 1 << 16;

    [ThreadStatic]
    private static WireWriter? t_free;

    private byte[] _buffer = new byte[512];
    private int _position;
    private int _depth;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _position);

    public byte[] Buffer => _buffer;

    public int Length => _position;

    public static WireWriter Rent()
    {
        WireWriter writer = t_free ?? new WireWriter();
        t_free = null;
        writer._position = 0;
        writer._depth = 0;
        return writer;
    }

    public void Return()
    {
        if (_buffer.Length <= KeptBytes)
        {
            t_free = this;
        }
    }

    public void Enter()
    {
        if (++_depth > WireReader.MaxDepth)
        {
            throw new Orleans.Serialization.SerializerException(
                $"The value is nested deeper than {WireReader.MaxDepth} levels or contains itself, which the stand-in does not encode");
        }
    }

    public void Leave() => _depth--;

    public void Byte(byte value)
    {
        Ensure(1);
        _buffer[_position++] = value;
    }

    public void Var(ulong value)
    {
        Ensure(10);
        while (value >= 0x80)
        {
            _buffer[_position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_position++] = (byte)value;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Ensure(value.Length);
        value.CopyTo(_buffer.AsSpan(_position));
        _position += value.Length;
    }

    public void Text(string value)
    {
        int size = Encoding.UTF8.GetByteCount(value);
        Var((ulong)size);
        Ensure(size);
        _position += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_position));
    }

    public Span<byte> Take(int size)
    {
        Ensure(size);
        Span<byte> span = _buffer.AsSpan(_position, size);
        _position += size;
        return span;
    }

    /// <summary>Leaves room for a length that <see cref="EndLength"/> fills in.</summary>
    public int BeginLength()
    {
        Ensure(4);
        _position += 4;
        return _position;
    }

    public void EndLength(int start) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(start - 4), (uint)(_position - start));

    private void Ensure(int size)
    {
        if (_buffer.Length - _position < size)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _position + size));
        }
    }
}
