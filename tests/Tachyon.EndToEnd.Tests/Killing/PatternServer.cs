using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tachyon.EndToEnd.Tests.Killing;

/// <summary>
/// A target on loopback. A request is a letter and a count, u64 big-endian: D for so many bytes of the pattern to be sent, U for so
/// many to be taken, which a byte answers. Counts what really reached it.
/// </summary>
internal sealed class PatternServer : IDisposable
{
    public const int RequestBytes = 9;

    private readonly TcpListener _listener;
    private long _receivedBytes;

    public PatternServer(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>All that clients' connections have brought.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _receivedBytes);

    public static byte[] Request(bool upload, long bytes)
    {
        var request = new byte[RequestBytes];
        request[0] = upload ? (byte)'U' : (byte)'D';
        BinaryPrimitives.WriteInt64BigEndian(request.AsSpan(1), bytes);
        return request;
    }

    /// <summary>The pattern from an offset on: no two places within 251 × 256 bytes of each other look alike for long.</summary>
    public static void Fill(Span<byte> bytes, long offset)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(((offset + i) % 251) ^ ((offset + i) >> 8));
        }
    }

    /// <summary>Whether bytes are the pattern from an offset on.</summary>
    public static bool Fits(ReadOnlySpan<byte> bytes, long offset)
    {
        var expected = new byte[bytes.Length];
        Fill(expected, offset);
        return bytes.SequenceEqual(expected);
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = new byte[RequestBytes];
                await stream.ReadExactlyAsync(request);
                Interlocked.Add(ref _receivedBytes, request.Length);
                var bytes = BinaryPrimitives.ReadInt64BigEndian(request.AsSpan(1));
                await (request[0] == 'U' ? TakeAsync(stream, bytes) : SendAsync(stream, bytes));
            }
            catch (IOException)
            {
                // A node was killed and took the connection with it.
            }
        }
    }

    private static async Task SendAsync(NetworkStream stream, long bytes)
    {
        var buffer = new byte[64 * 1024];
        for (long sent = 0; sent < bytes;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, bytes - sent));
            Fill(part.Span, sent);
            await stream.WriteAsync(part);
            sent += part.Length;
        }
    }

    private async Task TakeAsync(NetworkStream stream, long bytes)
    {
        var buffer = new byte[64 * 1024];
        for (long taken = 0; taken < bytes;)
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0 || !Fits(buffer.AsSpan(0, count), taken))
            {
                return;
            }

            taken += count;
            Interlocked.Add(ref _receivedBytes, count);
        }

        await stream.WriteAsync(new byte[] { 1 });
    }
}
