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
        try
        {
            await foreach (var message in _waiting.Reader.ReadAllAsync(aborted))
            {
                await WithinAsync(sendTimeout, token => socket.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, true, token).AsTask(), aborted);
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await WithinAsync(CloseTimeout, token => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, token), aborted);
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

    private async Task WithinAsync(TimeSpan limit, Func<CancellationToken, Task> send, CancellationToken aborted)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        await send(either.Token);
    }
}
