using Tachyon.EdgeTunnel.Routes;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>What one end of the path in memory writes, the other reads: all of it, in order, and no more than it has room for.</summary>
public sealed class RelayedPathTests
{
    private readonly RelayedPath _path = new();
    private readonly byte[] _bytes = new byte[5_000_000];

    public RelayedPathTests() => new Random(1).NextBytes(_bytes);

    [Fact]
    public async Task Inner_WritesWhatTheOuterReads()
    {
        var writing = Task.Run(async () =>
        {
            var random = new Random(2);
            for (var at = 0; at < _bytes.Length;)
            {
                var part = Math.Min(random.Next(1, 300_000), _bytes.Length - at);
                await _path.Inner.WriteAsync(_bytes.AsMemory(at, part));
                at += part;
            }

            await _path.Inner.DisposeAsync();
        });
        var read = new MemoryStream();
        var buffer = new byte[262_144];
        for (var count = -1; count != 0;)
        {
            count = _path.Outer.TryRead(buffer);
            if (count < 0)
            {
                await _path.Outer.WaitForDataAsync();
            }
            else
            {
                read.Write(buffer, 0, count);
            }
        }

        await writing;
        Assert.Equal(_bytes, read.ToArray());
    }

    [Fact]
    public async Task Outer_WritesWhatTheInnerReads()
    {
        var writing = Task.Run(async () =>
        {
            var random = new Random(2);
            for (var at = 0; at < _bytes.Length;)
            {
                var part = _bytes.AsMemory(at, Math.Min(random.Next(1, 300_000), _bytes.Length - at));
                var taken = _path.Outer.TryWrite(part.Span);
                await _path.Outer.WriteAsync(part[taken..]);
                at += part.Length;
            }

            _path.Outer.ShutdownWrite();
        });
        var read = new MemoryStream();
        await _path.Inner.CopyToAsync(read);

        await writing;
        Assert.Equal(_bytes, read.ToArray());
    }

    [Fact]
    public async Task Outer_WhileTheInnerDoesNotRead_TakesNothing()
    {
        Assert.Equal(0, _path.Outer.TryWrite(_bytes.AsSpan(0, 100_000)));
        var writing = _path.Outer.WriteAsync(_bytes).AsTask();
        Assert.False(writing.IsCompleted);

        _path.Inner.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => writing);
        Assert.ThrowsAny<IOException>(() => _path.Outer.TryWrite(_bytes.AsSpan(0, 100_000)));
    }

    [Fact]
    public async Task Link_IsReadByWhoeverWrites()
    {
        var link = ((RelayedStream)_path.Inner).Detach();
        var readBy = new List<int>();
        var read = new MemoryStream();
        var reading = ReadAllAsync();
        var writtenBy = 0;
        var writer = new Thread(() =>
        {
            writtenBy = Environment.CurrentManagedThreadId;
            Assert.Equal(_bytes.Length, _path.Outer.TryWrite(_bytes));
        });
        writer.Start();
        writer.Join();
        _path.Outer.ShutdownWrite();
        await reading;

        Assert.Equal(_bytes, read.ToArray());
        Assert.Equal(writtenBy, Assert.Single(readBy.Distinct()));

        async Task ReadAllAsync()
        {
            var buffer = new byte[100_000];
            while (await link.ReceiveAsync(buffer) is > 0 and var count)
            {
                readBy.Add(Environment.CurrentManagedThreadId);
                read.Write(buffer, 0, count);
            }
        }
    }

    [Fact]
    public async Task Link_WhenTheStreamIsReset_FailsToRead()
    {
        var link = ((RelayedStream)_path.Inner).Detach();
        var reading = link.ReceiveAsync(new byte[10]).AsTask();
        _path.Outer.Close(inOrder: false);
        await Assert.ThrowsAnyAsync<IOException>(() => reading);
    }

    [Fact]
    public async Task Link_ThatIsDisposedOf_EndsItsRead()
    {
        var link = ((RelayedStream)_path.Inner).Detach();
        var reading = link.ReceiveAsync(new byte[10]).AsTask();
        await link.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }
}
