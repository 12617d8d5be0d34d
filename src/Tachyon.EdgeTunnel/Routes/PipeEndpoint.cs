using System.Buffers;
using System.IO.Pipelines;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>A stream's local end that is no socket: reads from one pipe and writes to another.</summary>
internal sealed class PipeEndpoint(PipeReader source, PipeWriter destination) : IStreamEndpoint
{
    private Task<FlushResult> _flushing = Task.FromResult(default(FlushResult));

    public async ValueTask WaitForDataAsync()
    {
        try
        {
            var read = await source.ReadAsync();
            source.AdvanceTo(read.Buffer.Start);
        }
        catch (InvalidOperationException fault)
        {
            throw Gone(fault);
        }
    }

    public int TryRead(Span<byte> buffer)
    {
        try
        {
            if (!source.TryRead(out var read))
            {
                return -1;
            }

            if (read.Buffer.IsEmpty)
            {
                source.AdvanceTo(read.Buffer.Start);
                return read.IsCompleted ? 0 : -1;
            }

            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
            part.CopyTo(buffer);

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

    public bool WaitBrieflyForRoom() => false;

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (!_flushing.IsCompleted)
        {
            return 0;
        }

        try
        {
            _flushing.GetAwaiter().GetResult();
            destination.Write(bytes);
            _flushing = FlushAsync();
        }
        catch (InvalidOperationException fault)
        {
            throw Gone(fault);
        }

        return bytes.Length;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _flushing;
        TryWrite(bytes.Span);
        await _flushing;
    }

    public void ShutdownWrite() => destination.Complete();

    public void Close(bool inOrder)
    {
        var fault = inOrder ? null : new IOException("the stream through the relay was reset");
        destination.Complete(fault);
        source.Complete(fault);
    }

    private async Task<FlushResult> FlushAsync()
    {
        var flushed = await destination.FlushAsync();
        return flushed.IsCompleted ? throw new IOException("the session inside the stream has ended") : flushed;
    }

    private static IOException Gone(InvalidOperationException fault) => new("the session inside the stream has ended", fault);
}
