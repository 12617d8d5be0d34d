using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A session under test whose peer is the test itself, frame by frame.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly StreamFrameTransport _transport;

    public RawPeer(SessionRole sessionRole, TunnelOptions? options = null, TimeProvider? time = null)
    {
        var (a, b) = DuplexPipe.CreatePair();
        Stream = a;
        _transport = new StreamFrameTransport(a);
        Session = new TunnelSession(
            new StreamFrameTransport(b),
            sessionRole,
            Engine,
            sessionRole == SessionRole.Provider ? Exit : null,
            new SessionServices(options ?? new TunnelOptions(), time ?? TimeProvider.System),
            NullLogger.Instance);
        Session.Start();
    }

    public DuplexPipe Stream { get; }

    public CountingEngine Engine { get; } = new();

    public MemoryExit Exit { get; } = new();

    public TunnelSession Session { get; }

    public static byte[] Frame(FrameKind kind, uint streamId, params byte[] payload)
    {
        var frame = new byte[FrameLayout.HeaderBytes + payload.Length];
        new FrameHeader(kind, FrameFlags.None, streamId, payload.Length).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameLayout.HeaderBytes));
        return frame;
    }

    public static byte[] OpenFrame(uint streamId)
    {
        var payload = new byte[OpenPayload.MaxBytes];
        return Frame(FrameKind.Open, streamId, payload[..OpenPayload.Write(payload, TestTargets.Any)]);
    }

    public Task SendAsync(byte[] bytes) => Stream.WriteAsync(bytes).AsTask().WaitAsync(Eventually.DefaultTimeout);

    /// <summary>The next frame that is not a ping.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ReceiveAsync()
    {
        while (true)
        {
            var received = await _transport.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
            Assert.Equal(ReceiveStatus.Frame, received.Status);
            if (received.Header.Kind != FrameKind.Ping)
            {
                return (received.Header, received.Payload.ToArray());
            }
        }
    }

    public async Task ExpectEndAsync(GoodbyeReason reason)
    {
        while (true)
        {
            var (header, payload) = await ReceiveAsync();
            if (header.Kind == FrameKind.Goodbye)
            {
                Assert.Equal(reason, (GoodbyeReason)payload[0]);
                break;
            }
        }

        var end = await Session.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(reason, end.Reason);
        Assert.NotEmpty(end.Detail);
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await Stream.DisposeAsync();
    }
}
