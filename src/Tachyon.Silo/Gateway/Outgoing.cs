using System.Net.WebSockets;
using System.Threading.Channels;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// What waits to be sent on one connection, in order and bounded: an edge that reads too slowly is let go, and never holds
/// the silo's memory or its grains.
/// </summary>
internal sealed class Outgoing(WebSocket socket, int maxWaiting, TimeSpan sendTimeout, TimeProvider time)
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly Channel<byte[]> _waiting = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(maxWaiting) { SingleReader = true });

    /// <summary>False when too much waits already, or nothing more is taken.</summary>
    public bool TryAdd(byte[] message) => _waiting.Writer.TryWrite(message);

    /// <summary>Takes nothing more; what waits is still sent, and then the close.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Sends until completed. False when the edge did not read in time or is gone.</summary>
    public async Task<bool> SendAllAsync(CancellationToken aborted)
    {
        // One for all messages: most leave at once, and a send that is late is the connection's end.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        await using var late = time.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), ended, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(ended.Token))
            {
                while (_waiting.Reader.TryRead(out var message))
                {
                    await WithinAsync(late, sendTimeout, socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, ended.Token));
                }
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await WithinAsync(late, CloseTimeout, new ValueTask(socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, ended.Token)));
            }

            return true;
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            Complete();
        }
    }

    private static ValueTask WithinAsync(ITimer late, TimeSpan limit, ValueTask sending)
    {
        return sending.IsCompletedSuccessfully ? sending : WaitAsync(late, limit, sending);

        static async ValueTask WaitAsync(ITimer late, TimeSpan limit, ValueTask sending)
        {
            late.Change(limit, Timeout.InfiniteTimeSpan);
            await sending;
            late.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
