using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// The session's end of a path through a relay as a link. What arrives is worked on by the thread of the relay's session that received
/// it, so that nobody is woken for it.
/// </summary>
internal sealed class RelayedLink(Handover down, PipeWriter up) : IByteLink
{
    public bool ReceivesOnCallersThread => false;

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var sent = up.WriteAsync(bytes);
            if (!sent.IsCompletedSuccessfully)
            {
                return FinishAsync(sent);
            }

            return sent.Result.IsCompleted ? ValueTask.FromException(Ended()) : ValueTask.CompletedTask;
        }
        catch (InvalidOperationException fault)
        {
            return ValueTask.FromException(Gone(fault));
        }
    }

    public void TrySend(ReadOnlySpan<byte> bytes) => _ = ObserveAsync(SendAsync(bytes.ToArray()));

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => down.ReadAsync(buffer);

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends both directions: what was sent still goes.</summary>
    public void Close()
    {
        down.Leave();
        up.Complete();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask FinishAsync(ValueTask<FlushResult> sent)
    {
        try
        {
            if ((await sent).IsCompleted)
            {
                throw Ended();
            }
        }
        catch (InvalidOperationException fault)
        {
            throw Gone(fault);
        }
    }

    private static async Task ObserveAsync(ValueTask sent)
    {
        try
        {
            await sent;
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            // The stream through the relay has ended already.
        }
    }

    private static IOException Ended() => new("the stream through the relay has ended");

    private static ObjectDisposedException Gone(InvalidOperationException fault) => new("The path through the relay has ended.", fault);
}
