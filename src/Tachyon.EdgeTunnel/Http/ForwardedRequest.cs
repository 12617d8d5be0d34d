using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Http;

/// <summary>
/// A client's connection that carries one forwarded request: its head, written anew, and as much content as it said. What
/// comes behind is another request, perhaps for another server, and is never sent to this one.
/// </summary>
/// <param name="head">What the server gets first.</param>
/// <param name="contentBytes">How much of the client's bytes follows it.</param>
/// <param name="client">The client.</param>
internal sealed class ForwardedRequest(byte[] head, long contentBytes, IStreamEndpoint client) : IStreamEndpoint
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _headTaken;
    private long _contentTaken;
    private bool _hasMore;

    private bool HasHead => _headTaken < head.Length;

    private bool IsComplete => !HasHead && _contentTaken == contentBytes;

    public ValueTask WaitForDataAsync() =>
        HasHead ? ValueTask.CompletedTask : _hasMore ? new ValueTask(_ended.Task) : client.WaitForDataAsync();

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

    public void ShutdownWrite()
    {
        client.ShutdownWrite();
        _ended.TrySetResult();
    }

    public void Close(bool inOrder)
    {
        client.Close(inOrder);
        _ended.TrySetResult();
    }

    // The client leaves, or sends what is not for this server: then the server's end of the answer is waited for.
    private int TryReadEnd()
    {
        if (_hasMore)
        {
            return _ended.Task.IsCompleted ? 0 : -1;
        }

        Span<byte> next = stackalloc byte[1];
        var read = client.TryRead(next);
        _hasMore = read > 0;
        return read > 0 ? -1 : read;
    }
}
