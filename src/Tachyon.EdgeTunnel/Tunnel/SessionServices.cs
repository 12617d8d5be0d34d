namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>What all sessions of a node share.</summary>
internal sealed class SessionServices
{
    public SessionServices(TunnelOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Options = options;
        Time = time;
        Pool = new FrameBufferPool(options.FramePayloadBytes);
    }

    public TunnelOptions Options { get; }

    public FrameBufferPool Pool { get; }

    public TimeProvider Time { get; }
}
