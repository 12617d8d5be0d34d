using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Datagrams;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>A thread that reads a device and hands its packets on.</summary>
internal sealed partial class DevicePump : IDisposable
{
    /// <summary>Takes a packet: in the buffer behind <see cref="PacketSender.RoomBeforeBytes"/>, with room behind it too.</summary>
    public delegate void Packet(Span<byte> buffer, in PacketHeader header);

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    private readonly TunDevice _device;
    private readonly Packet _take;
    private readonly ILogger _logger;
    private readonly DescriptorWait _wait = new();
    private readonly Thread _thread;

    public DevicePump(TunDevice device, Packet take, ILogger logger)
    {
        _device = device;
        _take = take;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = $"packets of {device.Name}" };
        _thread.Start();
    }

    /// <summary>Ends the thread; the device can be disposed of then.</summary>
    public void Dispose()
    {
        _wait.End();
        _thread.Join();
        _wait.Dispose();
    }

    private void Run()
    {
        const int packetOffset = PacketSender.RoomBeforeBytes;
        const int readOffset = packetOffset - VirtioHeader.Bytes;
        var buffer = GC.AllocateUninitializedArray<byte>(packetOffset + ushort.MaxValue + PacketSender.RoomBehindBytes, pinned: true);
        while (!_wait.IsOver)
        {
            var read = _device.TryRead(buffer.AsSpan(readOffset, VirtioHeader.Bytes + ushort.MaxValue));
            if (read == 0)
            {
                _device.Wait(_wait);
            }
            else if (read < 0)
            {
                // The device is down, or being set up: there is nothing to carry until it is back.
                _wait.Pause(Retry);
            }
            else if (VirtioHeader.TryRead(buffer.AsSpan(readOffset), read - VirtioHeader.Bytes, out var header))
            {
                Take(buffer, header);
            }
        }
    }

    private void Take(byte[] buffer, in PacketHeader header)
    {
        try
        {
            _take(buffer, header);
        }
#pragma warning disable CA1031 // One packet must not end the thread that carries all of them.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e, header.PacketBytes);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A packet of {PacketBytes} bytes could not be carried")]
    private partial void LogFailed(Exception exception, int packetBytes);
}
