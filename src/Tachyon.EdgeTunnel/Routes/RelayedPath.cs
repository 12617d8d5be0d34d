using System.IO.Pipelines;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// Joins a stream of the session with the relay to the session inside it, in memory: what one end writes, the other reads.
/// </summary>
/// <remarks>
/// <code>
///   session with the exit ◀── <see cref="Inner"/> ── down ◀── <see cref="Outer"/> ◀── stream through the relay
///                         ──▶                ── up   ──▶
/// </code>
/// Both directions hold little, so that flow control reaches through.
/// </remarks>
internal sealed class RelayedPath
{
    private const int MaxWaitingBytes = 1024 * 1024;
    private const int SegmentBytes = 64 * 1024;

    private readonly Pipe _up = NewPipe();
    private readonly Pipe _down = NewPipe();

    public RelayedPath()
    {
        Inner = new PipeStream(_down.Reader, _up.Writer);
        Outer = new PipeEndpoint(_up.Reader, _down.Writer);
    }

    /// <summary>What the session with the exit runs on.</summary>
    public Stream Inner { get; }

    /// <summary>The local end of the stream through the relay.</summary>
    public IStreamEndpoint Outer { get; }

    private static Pipe NewPipe() => new(new PipeOptions(
        pauseWriterThreshold: MaxWaitingBytes, resumeWriterThreshold: MaxWaitingBytes / 2, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
}
