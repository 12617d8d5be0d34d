using System.Runtime.CompilerServices;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Frames over an ordered byte stream: <see cref="System.Net.Security.SslStream"/>, or a pipe in tests.</summary>
internal sealed class StreamFrameTransport : IFrameTransport
{
    // Room for one largest frame and as much again, so that the part of a frame that has to be moved to the front when
    // the end is reached is small against what is read in between.
    private const int ReceiveBufferBytes = 2 * FrameLayout.MaxFrameBytes;
    private const int MinReadBytes = 32 * 1024;

    private readonly Stream _stream;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(ReceiveBufferBytes, pinned: true);
    private int _start;
    private int _end;

    public StreamFrameTransport(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    public bool ReceivesOnCallersThread => false;

    /// <summary>Whether more has come than was asked for.</summary>
    public bool HasBuffered => _start != _end;

    public ValueTask SendAsync(OutgoingFrames frames) => _stream.WriteAsync(frames.Frames);

    /// <summary>Sends whole frames, one after the other. They are not kept after completion.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> frames) => _stream.WriteAsync(frames);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedFrame> ReceiveAsync()
    {
        while (true)
        {
            var availableBytes = _end - _start;
            var error = FrameHeader.TryRead(_received.AsSpan(_start, availableBytes), out var header);
            if (error is not (FrameError.None or FrameError.Truncated))
            {
                return ReceivedFrame.Malformed(error);
            }

            var neededBytes = error == FrameError.None ? header.FrameBytes : FrameLayout.HeaderBytes;
            if (availableBytes >= neededBytes)
            {
                var frame = _received.AsMemory(_start, neededBytes);
                _start += neededBytes;
                return ReceivedFrame.Frame(header, frame);
            }

            MakeRoom(neededBytes);
            var readBytes = await _stream.ReadAsync(_received.AsMemory(_end));
            if (readBytes == 0)
            {
                return ReceivedFrame.Ended(cut: availableBytes > 0);
            }

            _end += readBytes;
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private void MakeRoom(int neededBytes)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start + neededBytes > _received.Length || _received.Length - _end < MinReadBytes)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }
    }
}
