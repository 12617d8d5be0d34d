using Microsoft.Extensions.Logging;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>A thread that receives datagrams and hands them on.</summary>
internal sealed partial class UdpPump : IDisposable
{
    /// <summary>Takes datagrams of one sender, behind each other in pinned memory.</summary>
    public delegate void Datagrams(Span<byte> received, int datagramBytes, ReadOnlySpan<byte> from);

    private readonly UdpPort _port;
    private readonly Datagrams _take;
    private readonly ILogger _logger;
    private readonly DescriptorWait _wait = new();
    private readonly Thread _thread;
    private int _ended;

    public UdpPump(UdpPort port, Datagrams take, string name, ILogger logger)
    {
        _port = port;
        _take = take;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = $"datagrams of {name}" };
        _thread.Start();
    }

    /// <summary>Ends the thread, which then closes the port. Does not wait: the thread itself may be the one that ends it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            _wait.End();
        }
    }

    private void Run()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(UdpPort.ReceiveBytes, pinned: true);
        Span<byte> from = stackalloc byte[PeerAddress.MaxBytes];
        while (!_wait.IsOver)
        {
            var received = _port.TryReceive(buffer, from, out var fromBytes, out var datagramBytes);
            if (received == 0)
            {
                _port.Wait(_wait);
                continue;
            }

            try
            {
                _take(buffer.AsSpan(0, received), datagramBytes, from[..fromBytes]);
            }
#pragma warning disable CA1031 // One datagram must not end the thread that carries all of them.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(e, received);
            }
        }

        _port.Dispose();
        _wait.Dispose();
    }

    [LoggerMessage(1, LogLevel.Error, "Datagrams of {Bytes} bytes could not be taken")]
    private partial void LogFailed(Exception exception, int bytes);
}
