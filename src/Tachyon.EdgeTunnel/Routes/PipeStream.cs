using System.Buffers;
using System.IO.Pipelines;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>A connection in memory: reads from one pipe and writes to another. Disposing ends both.</summary>
internal sealed class PipeStream(PipeReader source, PipeWriter destination) : ConnectionStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await source.ReadAsync(cancellationToken);
            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
            part.CopyTo(buffer.Span);

            // Before it is given back: a sequence that was has no length any more.
            var count = (int)part.Length;
            source.AdvanceTo(part.End);
            return count;
        }
        catch (InvalidOperationException fault)
        {
            throw Gone(fault);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            if ((await destination.WriteAsync(buffer, cancellationToken)).IsCompleted)
            {
                throw new IOException("the stream through the relay has ended");
            }
        }
        catch (InvalidOperationException fault)
        {
            throw Gone(fault);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.CancelPendingRead();
            destination.Complete();
            source.Complete();
        }

        base.Dispose(disposing);
    }

    private static ObjectDisposedException Gone(InvalidOperationException fault) => new("The connection in memory has ended.", fault);
}
