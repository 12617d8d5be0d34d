using System.Buffers;
using System.IO.Pipelines;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>The local end of a stream through a relay: what is read was sent by the session inside, what is written is received by it.</summary>
internal sealed class RelayedEndpoint(PipeReader up, LoopScheduler scheduler, Handover down) : IStreamEndpoint
{
    private LoopWaiter? _turn;

    public void Join(EventLoop loop)
    {
        scheduler.Loop = loop;
        _turn = new LoopWaiter(loop);
    }

    public ValueTask TakeTurnAsync() =>
        _turn is not { } turn || scheduler.Loop!.TakesTurn() ? ValueTask.CompletedTask : turn.BeginReleased();

    public async ValueTask WaitForDataAsync()
    {
        try
        {
            var read = await up.ReadAsync();
            up.AdvanceTo(read.Buffer.Start);
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
            if (!up.TryRead(out var read))
            {
                return -1;
            }

            if (read.Buffer.IsEmpty)
            {
                up.AdvanceTo(read.Buffer.Start);
                return read.IsCompleted ? 0 : -1;
            }

            var part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
            part.CopyTo(buffer);

            // Before it is given back: a sequence that was has no length any more.
            var count = (int)part.Length;
            up.AdvanceTo(part.End);
            return count;
        }
        catch (InvalidOperationException fault)
        {
            throw Gone(fault);
        }
    }

    public bool WaitBrieflyForRoom() => false;

    public int TryWrite(ReadOnlySpan<byte> bytes) => down.TryWrite(bytes);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => down.WriteAsync(bytes);

    public void ShutdownWrite() => down.End(null);

    public void Close(bool inOrder)
    {
        var fault = inOrder ? null : new IOException("the stream through the relay was reset");
        down.End(fault);
        up.Complete(fault);
    }

    private static IOException Gone(InvalidOperationException fault) => new("the session inside the stream has ended", fault);
}
