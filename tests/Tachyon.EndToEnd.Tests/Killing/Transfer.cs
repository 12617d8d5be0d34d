using System.Net;
using System.Net.Sockets;

namespace Tachyon.EndToEnd.Tests.Killing;

/// <summary>One client of the consumer's SOCKS5 port that moves the pattern in one direction.</summary>
internal sealed class Transfer : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly bool _upload;
    private readonly long _bytes;
    private long _sentBytes;
    private long _receivedBytes;

    private Transfer(bool upload, long bytes)
    {
        _upload = upload;
        _bytes = bytes;
    }

    /// <summary>What the proxy has taken from this client.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary>What has arrived at this client.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _receivedBytes);

    /// <summary>Whether all was moved, unchanged; false where the connection went before. Never faults.</summary>
    public Task<bool> Completion { get; private set; } = Task.FromResult(false);

    public static Transfer Start(IPEndPoint socks, IPEndPoint target, bool upload, long bytes)
    {
        var transfer = new Transfer(upload, bytes);
        transfer.Completion = transfer.RunAsync(socks, target);
        return transfer;
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> RunAsync(IPEndPoint socks, IPEndPoint target)
    {
        try
        {
            await _client.ConnectAsync(socks);
            var stream = _client.GetStream();
            await stream.WriteAsync(new byte[] { 5, 1, 0 });
            await stream.ReadExactlyAsync(new byte[2]);
            await stream.WriteAsync((byte[])[5, 1, 0, 1, .. target.Address.GetAddressBytes(), (byte)(target.Port >> 8), (byte)target.Port]);
            var reply = new byte[10];
            await stream.ReadExactlyAsync(reply);
            if (reply[1] != 0)
            {
                return false;
            }

            await SendAsync(stream, PatternServer.Request(_upload, _bytes));
            return await (_upload ? UploadAsync(stream) : DownloadAsync(stream));
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task<bool> DownloadAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        for (long offset = 0; ;)
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0)
            {
                return offset == _bytes;
            }

            Interlocked.Add(ref _receivedBytes, count);
            Assert.True(PatternServer.Fits(buffer.AsSpan(0, count), offset), $"the download is changed after {offset} bytes");
            offset += count;
        }
    }

    private async Task<bool> UploadAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        for (long offset = 0; offset < _bytes;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, _bytes - offset));
            PatternServer.Fill(part.Span, offset);
            await SendAsync(stream, part);
            offset += part.Length;
        }

        var answered = await stream.ReadAsync(buffer) == 1;
        Interlocked.Add(ref _receivedBytes, answered ? 1 : 0);
        return answered;
    }

    private async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes);
        Interlocked.Add(ref _sentBytes, bytes.Length);
    }
}
