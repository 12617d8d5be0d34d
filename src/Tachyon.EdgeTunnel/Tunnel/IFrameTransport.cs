using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Carries the frames of one session, in order and unaltered, between two peers that TLS has already introduced.
/// </summary>
/// <remarks>
/// One send and one receive may run at the same time, never two of one kind. A broken connection shows as
/// <see cref="IOException"/>, <see cref="System.Net.Sockets.SocketException"/> or <see cref="ObjectDisposedException"/>.
/// </remarks>
internal interface IFrameTransport : IAsyncDisposable
{
    /// <summary>Whether <see cref="ReceiveAsync"/> waits on the caller's thread: the reader then needs one of its own.</summary>
    bool ReceivesOnCallersThread { get; }

    /// <summary>Waits for room on this loop from now on, where the transport can.</summary>
    void Join(EventLoop loop)
    {
    }

    /// <summary>Sends whole frames, one after the other. On return their bytes are of no use any more.</summary>
    ValueTask SendAsync(OutgoingFrames frames);

    /// <summary>Waits for the next frame.</summary>
    ValueTask<ReceivedFrame> ReceiveAsync();
}
