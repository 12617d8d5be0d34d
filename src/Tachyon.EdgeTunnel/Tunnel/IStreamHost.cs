using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What a stream asks of its session. Calls other than <see cref="CarryAsync"/> come under the stream's lock and must not wait.</summary>
internal interface IStreamHost
{
    /// <summary>Sends one frame of what the stream's local end has, once it is its turn and the metering admits it.</summary>
    /// <returns>Never <see cref="CarryOutcome.NotAdmitted"/>: that is waited for.</returns>
    ValueTask<CarryOutcome> CarryAsync(TunnelStream stream);

    /// <summary>
    /// Whether no other stream is open. One stream alone may keep the reader for a moment, which saves it a copy and the
    /// switches of a wait; many must not.
    /// </summary>
    bool HasOneStream { get; }

    /// <summary>What the streams' local ends are waited for on; null for the pool.</summary>
    EventLoop? Loop { get; }

    /// <summary>Queues a control frame of the stream.</summary>
    void Post(FrameKind kind, uint streamId, ReadOnlySpan<byte> payload);

    /// <summary>Takes from what all windows of the session may grow together.</summary>
    bool TryTakeGrowth(int bytes);

    /// <summary>Gives back what the stream's window had grown.</summary>
    void ReturnGrowth(long bytes);

    /// <summary>Both directions have ended; no frame of this stream may come any more.</summary>
    void OnStreamDone(TunnelStream stream);
}
