using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// The local end of a stream: the connection of a SOCKS client, or of the exit to a target.
/// </summary>
/// <remarks>
/// One reader and one writer may work at the same time. A failed connection shows as <see cref="IOException"/>,
/// <see cref="System.Net.Sockets.SocketException"/> or <see cref="ObjectDisposedException"/>.
/// </remarks>
internal interface IStreamEndpoint
{
    /// <summary>Completes when a read would not wait: nobody needs to hold a buffer for a silent connection.</summary>
    ValueTask WaitForDataAsync();

    /// <summary>Waits on this loop from now on, where the endpoint can. Called once, before it is read or written.</summary>
    void Join(EventLoop loop)
    {
    }

    /// <summary>Completes when it is the reader's turn among those who share its loop.</summary>
    ValueTask TakeTurnAsync() => ValueTask.CompletedTask;

    /// <summary>Waits on the caller's thread, for a millisecond at most, until a write would take something.</summary>
    /// <returns>False where the time was not enough, or the endpoint never waits so.</returns>
    bool WaitBrieflyForRoom();

    /// <summary>Reads what is there without waiting.</summary>
    /// <returns>Bytes read; zero at the end; −1 when there is nothing now.</returns>
    int TryRead(Span<byte> buffer);

    /// <summary>Writes what goes without waiting.</summary>
    /// <returns>Bytes taken, possibly none.</returns>
    int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Writes all, waiting for room.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Tells the other end that nothing more will be written.</summary>
    void ShutdownWrite();

    /// <summary>Whether it closed itself because nothing moved for too long.</summary>
    bool WasIdle => false;

    /// <summary>Closes at once: in order when all was written, else as a reset. Pending calls fail. Safe to call again.</summary>
    void Close(bool inOrder);
}
