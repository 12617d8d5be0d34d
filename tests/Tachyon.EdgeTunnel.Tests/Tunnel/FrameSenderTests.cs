using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>How a unit that becomes due while a stream sends leaves: with its next frame where there is one, and never too late.</summary>
public sealed class FrameSenderTests : IAsyncDisposable
{
    private readonly Transport _transport = new();
    private readonly Host _host = new();
    private readonly MemoryEndpoint _endpoint = new();
    private readonly FrameSender _sender;
    private readonly TunnelStream _stream;

    public FrameSenderTests()
    {
        _sender = new FrameSender(_transport, new CountingEngine(), maxControlBacklogBytes: 1_000, _ => { });
        _stream = new TunnelStream(1, _host, new SessionServices(new TunnelOptions(), TimeProvider.System), FrameLayout.InitialWindowBytes);
        _stream.Attach(_endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _stream.Abandon();
        await _transport.DisposeAsync();
    }

    [Fact]
    public async Task A_unit_that_becomes_due_meanwhile_rides_in_the_next_data_frame()
    {
        await CarryWithUnitDueMeanwhileAsync();

        Assert.Equal(CarryOutcome.Sent, await CarryAsync());

        Assert.Equal([(FrameKind.Data, false), (FrameKind.Data, true)], _transport.Frames);
    }

    [Fact]
    public async Task A_unit_leaves_alone_as_soon_as_its_stream_has_nothing_more()
    {
        await CarryWithUnitDueMeanwhileAsync();

        Assert.Equal(CarryOutcome.NothingToRead, await _sender.CarryAsync(_stream, 0));

        Assert.Equal([(FrameKind.Data, false), (FrameKind.Unit, true)], _transport.Frames);
    }

    [Fact]
    public async Task A_unit_leaves_alone_when_its_stream_is_given_up()
    {
        await CarryWithUnitDueMeanwhileAsync();
        _stream.Reset(ResetReason.LocalEndClosed);

        Assert.Equal(CarryOutcome.Ended, await _sender.CarryAsync(_stream, 0));

        Assert.Equal([(FrameKind.Data, false), (FrameKind.Unit, true)], _transport.Frames);
    }

    [Fact]
    public async Task A_unit_whose_stream_does_not_come_back_leaves_with_the_sessions_tick()
    {
        await CarryWithUnitDueMeanwhileAsync();

        _sender.SendIfPosted();
        _sender.SendIfPosted();

        Assert.Equal([(FrameKind.Data, false), (FrameKind.Unit, true)], _transport.Frames);
    }

    [Fact]
    public async Task A_control_frame_that_is_posted_meanwhile_does_not_wait_for_more_data_nor_does_a_unit_beside_it()
    {
        _transport.OnData = () =>
        {
            _sender.UnitIsDue();
            Assert.True(_sender.TryPost(FrameKind.Ping, 0, new byte[PingPayload.Bytes]));
        };

        await CarryAsync();

        Assert.Equal([(FrameKind.Data, false), (FrameKind.Ping, false), (FrameKind.Unit, true)], _transport.Frames);
    }

    [Fact]
    public async Task A_stream_alone_fills_the_largest_frames_and_one_among_others_half_of_that()
    {
        Assert.True(_stream.TryGrant(4 * FrameLayout.MaxPayloadBytes));
        await WriteAsync(4 * FrameLayout.MaxPayloadBytes);

        Assert.Equal(CarryOutcome.Sent, await _sender.CarryAsync(_stream, 0));
        _host.HasOneStream = false;
        Assert.Equal(CarryOutcome.Sent, await _sender.CarryAsync(_stream, 0));

        Assert.Equal([FrameLayout.MaxPayloadBytes, FrameLayout.MaxPayloadBytes / 2], _transport.PayloadBytes);
    }

    private async Task CarryWithUnitDueMeanwhileAsync()
    {
        _transport.OnData = _sender.UnitIsDue;
        Assert.Equal(CarryOutcome.Sent, await CarryAsync());
        _transport.OnData = null;
        Assert.Equal([(FrameKind.Data, false)], _transport.Frames);
    }

    private async Task<CarryOutcome> CarryAsync()
    {
        await WriteAsync(10);
        return await _sender.CarryAsync(_stream, 0);
    }

    // The stream's own pump has seen the first data before the test sends in its place: an end has one reader at a time.
    private async Task WriteAsync(int bytes)
    {
        await _endpoint.Writer.WriteAsync(new byte[bytes]);
        await _host.PumpHasSeenData.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Keeps what kinds of frames leave, and whether with a unit.</summary>
    private sealed class Transport : IFrameTransport
    {
        public List<(FrameKind Kind, bool HasUnit)> Frames { get; } = [];

        public List<int> PayloadBytes { get; } = [];

        /// <summary>What happens on another thread while a data frame is being sent.</summary>
        public Action? OnData { get; set; }

        public bool ReceivesOnCallersThread => false;

        public async ValueTask SendAsync(OutgoingFrames frames)
        {
            Assert.Equal(FrameError.None, FrameHeader.TryRead(frames.Frames.Span, out var header));
            Frames.Add((header.Kind, header.HasUnit));
            PayloadBytes.Add(header.PayloadBytes);
            if (header.Kind == FrameKind.Data && OnData is { } happens)
            {
                await Task.Run(happens);
            }
        }

        public ValueTask<ReceivedFrame> ReceiveAsync() => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A session in which the test is the stream's pump.</summary>
    private sealed class Host : IStreamHost
    {
        private readonly TaskCompletionSource<CarryOutcome> _never = new();
        private readonly TaskCompletionSource _pumpHasSeenData = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PumpHasSeenData => _pumpHasSeenData.Task;

        public bool HasOneStream { get; set; } = true;

        public EventLoop? Loop => null;

        public ValueTask<CarryOutcome> CarryAsync(TunnelStream stream)
        {
            _pumpHasSeenData.TrySetResult();
            return new(_never.Task);
        }

        public void Post(FrameKind kind, uint streamId, ReadOnlySpan<byte> payload)
        {
        }

        public bool TryTakeGrowth(int bytes) => false;

        public void ReturnGrowth(long bytes)
        {
        }

        public void OnStreamDone(TunnelStream stream)
        {
        }
    }
}
