namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Carries the frames of one session, in order and unaltered, between two peers that TLS has already introduced.
/// </summary>
/// <remarks>
/// One send and one receive may run at the same time, never two of one kind. A broken connection shows as
/// <see cref="IOException"/> or <see cref="ObjectDisposedException"/>.
/// </remarks>
internal interface IFrameTransport : IAsyncDisposable
{
    /// <summary>Sends whole frames, one after the other in <paramref name="frames"/>. They are not kept after completion.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> frames);

    /// <summary>Waits for the next frame.</summary>
    ValueTask<ReceivedFrame> ReceiveAsync();
}
