namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What all sessions of a node share.</summary>
internal sealed class SessionServices
{
    private const int KeptFrameBytes = 8 * 1024 * 1024;
    private const int BacklogBytes = 64 * 1024;
    private const int KeptBacklogBytes = 16 * 1024 * 1024;

    public SessionServices(TunnelOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Options = options;
        Time = time;
        Frames = new FrameBufferPool(options.FramePayloadBytes, KeptFrameBytes / options.FramePayloadBytes);
        Backlogs = new FrameBufferPool(BacklogBytes, KeptBacklogBytes / BacklogBytes);
    }

    public TunnelOptions Options { get; }

    /// <summary>For what is being sent: few are in use at a time.</summary>
    public FrameBufferPool Frames { get; }

    /// <summary>For what local ends could not take yet: small enough for many streams to hold one.</summary>
    public FrameBufferPool Backlogs { get; }

    public TimeProvider Time { get; }
}
