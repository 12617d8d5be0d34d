using System.IO.Pipelines;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// Joins a stream of the session with the relay to the session inside it, in memory: what one end writes, the other reads.
/// </summary>
/// <remarks>
/// <code>
///   session with the exit ◀── <see cref="Inner"/> ◀──── handed over ──── <see cref="Outer"/> ◀── stream through the relay
///                         ──▶                ──▶ pipe ──▶ its loop ──▶
/// </code>
/// Both directions hold little or nothing, so that flow control reaches through.
/// </remarks>
internal sealed class RelayedPath
{
    private const int MaxWaitingBytes = 1024 * 1024;
    private const int SegmentBytes = 64 * 1024;

    public RelayedPath()
    {
        var scheduler = new LoopScheduler();
        var up = new Pipe(new PipeOptions(
            readerScheduler: scheduler,
            pauseWriterThreshold: MaxWaitingBytes,
            resumeWriterThreshold: MaxWaitingBytes / 2,
            minimumSegmentSize: SegmentBytes,
            useSynchronizationContext: false));
        var down = new Handover();
        Inner = new RelayedStream(new RelayedLink(down, up.Writer));
        Outer = new RelayedEndpoint(up.Reader, scheduler, down);
    }

    /// <summary>What the session with the exit runs on.</summary>
    public Stream Inner { get; }

    /// <summary>The local end of the stream through the relay.</summary>
    public IStreamEndpoint Outer { get; }
}
