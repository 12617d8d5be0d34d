namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Any stream as a link. Owns the stream.</summary>
internal sealed class StreamLink(Stream stream) : IByteLink
{
    public bool ReceivesOnCallersThread => false;

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    public void TrySend(ReadOnlySpan<byte> bytes)
    {
        // A copy, since nobody waits for it; the stream orders it before it closes.
        var written = stream.WriteAsync(bytes.ToArray());
        if (!written.IsCompletedSuccessfully)
        {
            _ = ObserveAsync(written);
        }
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private static async Task ObserveAsync(ValueTask written)
    {
        try
        {
            await written;
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            // The connection was broken already.
        }
    }
}
