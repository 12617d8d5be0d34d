using System.Buffers.Binary;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Stands between TLS and the connection and hands over one TLS record at a time, so that TLS never holds a byte of what comes
/// behind its last record: there the connection can go on without it.
/// </summary>
internal sealed class TlsBoundaryStream(Stream inner) : ConnectionStream
{
    private const int HeaderBytes = 5;
    private const int LengthOffset = 3;

    private readonly byte[] _header = new byte[HeaderBytes];
    private int _headerFilled;
    private int _bodyLeft;
    private bool _passesThrough;
    private bool _detached;

    /// <summary>TLS stays to the end: records need not be told apart any more.</summary>
    public void PassThrough() => _passesThrough = true;

    /// <summary>Takes the connection out of TLS's hands, which from here on can neither write to it nor close it.</summary>
    /// <returns>The connection; null where the last record has not come whole, so that nobody can tell where to go on.</returns>
    public Stream? Detach()
    {
        if (_bodyLeft != 0 || _headerFilled != 0)
        {
            return null;
        }

        _detached = true;
        return inner;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_detached, this);
        if (_passesThrough || buffer.Length == 0)
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        if (_bodyLeft == 0)
        {
            var count = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, HeaderBytes - _headerFilled)], cancellationToken);
            buffer.Span[..count].CopyTo(_header.AsSpan(_headerFilled));
            _headerFilled += count;
            if (_headerFilled == HeaderBytes)
            {
                _headerFilled = 0;
                _bodyLeft = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(LengthOffset));
            }

            return count;
        }

        var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _bodyLeft)], cancellationToken);
        _bodyLeft -= read;
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_detached, this);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _detached ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_detached)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
