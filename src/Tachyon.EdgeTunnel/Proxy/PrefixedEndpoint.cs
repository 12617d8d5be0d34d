using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Proxy;

/// <summary>A client's connection of which some bytes were read before its stream was there: they go first.</summary>
internal sealed class PrefixedEndpoint(byte[] prefix, IStreamEndpoint rest) : IStreamEndpoint
{
    private int _taken;

    public ValueTask WaitForDataAsync() => _taken < prefix.Length ? ValueTask.CompletedTask : rest.WaitForDataAsync();

    public void Join(EventLoop loop) => rest.Join(loop);

    public ValueTask TakeTurnAsync() => rest.TakeTurnAsync();

    public bool WaitBrieflyForRoom() => rest.WaitBrieflyForRoom();

    public int TryRead(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, prefix.Length - _taken);
        if (count == 0)
        {
            return rest.TryRead(buffer);
        }

        prefix.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    public int TryWrite(ReadOnlySpan<byte> bytes) => rest.TryWrite(bytes);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => rest.WriteAsync(bytes);

    public void ShutdownWrite() => rest.ShutdownWrite();

    public void Close(bool inOrder) => rest.Close(inOrder);
}
