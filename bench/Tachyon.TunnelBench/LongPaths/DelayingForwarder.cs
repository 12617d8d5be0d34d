using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tachyon.TunnelBench.LongPaths;

/// <summary>
/// A long path on loopback: takes connections and passes their bytes on after a delay, in order. It acknowledges at once and
/// holds whatever is on its way, as a path without loss and with enough room does.
/// </summary>
internal sealed class DelayingForwarder : IDisposable
{
    private const int ReadBytes = 256 * 1024;

    // A path that held still more would only hide that its sender does not limit itself.
    private const int MaxPartsUnderWay = 4096;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly TimeSpan _delay;
    private readonly int _targetPort;

    private DelayingForwarder(int targetPort, TimeSpan delay)
    {
        _targetPort = targetPort;
        _delay = delay;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static DelayingForwarder Start(int targetPort, TimeSpan delay)
    {
        var forwarder = new DelayingForwarder(targetPort, delay);
        new Thread(forwarder.Accept) { IsBackground = true, Name = "forwarder" }.Start();
        return forwarder;
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var from = _listener.Accept();
                var to = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                to.Connect(IPAddress.Loopback, _targetPort);
                from.NoDelay = to.NoDelay = true;
                _sockets.Add(from);
                _sockets.Add(to);
                Pass(from, to);
                Pass(to, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    // Threads of its own: what waits for a pool would not be the path's delay.
    private void Pass(Socket from, Socket to)
    {
        var underWay = new BlockingCollection<(long DueAt, byte[]? Bytes)>(MaxPartsUnderWay);
        new Thread(() => Guard(() => Read(from, underWay))) { IsBackground = true, Name = "forwarder reads" }.Start();
        new Thread(() => Guard(() => Write(to, underWay))) { IsBackground = true, Name = "forwarder writes" }.Start();
    }

    private void Read(Socket from, BlockingCollection<(long DueAt, byte[]? Bytes)> underWay)
    {
        var buffer = new byte[ReadBytes];
        var delayTicks = (long)(_delay.TotalSeconds * Stopwatch.Frequency);
        while (from.Receive(buffer) is > 0 and var count)
        {
            underWay.Add((Stopwatch.GetTimestamp() + delayTicks, buffer[..count]));
        }

        underWay.Add((Stopwatch.GetTimestamp() + delayTicks, null));
    }

    private static void Write(Socket to, BlockingCollection<(long DueAt, byte[]? Bytes)> underWay)
    {
        foreach (var (dueAt, bytes) in underWay.GetConsumingEnumerable())
        {
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), dueAt);
            if (wait > TimeSpan.Zero)
            {
                Thread.Sleep(wait);
            }

            if (bytes is null)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            for (var sent = 0; sent < bytes.Length;)
            {
                sent += to.Send(bytes.AsSpan(sent));
            }
        }
    }

    private static void Guard(Action pass)
    {
        try
        {
            pass();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One end is gone; the other finds out by itself.
        }
    }
}
