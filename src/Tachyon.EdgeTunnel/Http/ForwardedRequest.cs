using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Http;

/// <summary>
/// A client's connection that carries one forwarded request: its head, written anew, and as much content as it said. What
/// comes behind is another request, perhaps for another server: it is thrown away, since the answer ends the connection.
/// </summary>
/// <param name="head">What the server gets first.</param>
/// <param name="contentBytes">How much of the client's bytes follows it.</param>
/// <param name="client">The client.</param>
internal sealed class ForwardedRequest(byte[] head, long contentBytes, IStreamEndpoint client) : IStreamEndpoint
{
    private int _headTaken;
    private long _contentTaken;

    private bool HasHead => _headTaken < head.Length;

    private bool IsComplete => !HasHead && _contentTaken == contentBytes;

    public ValueTask WaitForDataAsync() => HasHead ? ValueTask.CompletedTask : client.WaitForDataAsync();

    public void Join(EventLoop loop) => client.Join(loop);

    public ValueTask TakeTurnAsync() => client.TakeTurnAsync();

    public bool WaitBrieflyForRoom() => client.WaitBrieflyForRoom();

    public int TryRead(Span<byte> buffer)
    {
        if (HasHead)
        {
            var part = head.AsSpan(_headTaken, Math.Min(buffer.Length, head.Length - _headTaken));
            part.CopyTo(buffer);
            _headTaken += part.Length;
            return part.Length;
        }

        if (IsComplete)
        {
            return TryReadEnd();
        }

        var read = client.TryRead(buffer[..(int)Math.Min(buffer.Length, contentBytes - _contentTaken)]);
        _contentTaken += Math.Max(read, 0);
        return read;
    }

    public int TryWrite(ReadOnlySpan<byte> bytes) => client.TryWrite(bytes);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => client.WriteAsync(bytes);

    public void ShutdownWrite() => client.ShutdownWrite();

    public void Close(bool inOrder) => client.Close(inOrder);

    // Read on, or nobody would notice that the client leaves; what it sends is not for this server.
    private int TryReadEnd()
    {
        Span<byte> dropped = stackalloc byte[512];
        return client.TryRead(dropped) is 0 ? 0 : -1;
    }
}
