using Tachyon.EdgeTunnel.Tunnel.Waiting;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A connection that carries bytes in order, as a record transport needs it.</summary>
/// <remarks>One send and one receive may run at the same time. Disposing ends both.</remarks>
internal interface IByteLink : IAsyncDisposable
{
    /// <summary>Whether <see cref="ReceiveAsync"/> waits on the caller's thread.</summary>
    bool ReceivesOnCallersThread { get; }

    /// <summary>Waits for room on this loop from now on, where the link can.</summary>
    void Join(EventLoop loop)
    {
    }

    /// <summary>Sends all bytes.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends what goes without waiting; for a last word that may be lost.</summary>
    void TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Receives what is there, at least a byte; zero at the end.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);
}
