using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>The session's end of a path through a relay as a stream, until <see cref="Detach"/>. Disposing ends both directions.</summary>
internal sealed class RelayedStream(RelayedLink link) : ConnectionStream
{
    /// <summary>Gives the path away.</summary>
    public RelayedLink Detach() => link;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await link.ReceiveAsync(buffer);

        // What a handshake has to work out would hold up the relay's session.
        await EventLoop.Enter(null);
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => link.SendAsync(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            link.Close();
        }

        base.Dispose(disposing);
    }
}
