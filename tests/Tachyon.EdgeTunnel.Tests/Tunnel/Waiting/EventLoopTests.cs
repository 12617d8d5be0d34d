using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel.Waiting;

public sealed class EventLoopTests : IDisposable
{
    private readonly EventLoop _loop = EventLoop.TryStart("test")!;

    public void Dispose() => _loop.Dispose();

    [Fact]
    public async Task Post_FromManyThreads_RunsAllOnTheLoopOneAfterTheOther()
    {
        var ran = 0;
        var inside = 0;
        var done = new TaskCompletionSource();
        Parallel.For(0, 1_000, _ => _loop.Post(
            _ =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                Assert.Same(_loop, EventLoop.Current);
                Interlocked.Decrement(ref inside);
                if (++ran == 1_000)
                {
                    done.SetResult();
                }
            },
            null));

        await done.Task.WaitAsync(Eventually.DefaultTimeout);
    }

    [Fact]
    public async Task Enter_FromThePool_GoesOnOnTheLoop()
    {
        await EventLoop.Enter(_loop);
        Assert.Same(_loop, EventLoop.Current);

        await EventLoop.Enter(null);
        Assert.Null(EventLoop.Current);
    }

    [Fact]
    public async Task Post_AfterTheEnd_RunsOnThePool()
    {
        _loop.Dispose();
        var ran = new TaskCompletionSource<EventLoop?>();

        _loop.Post(_ => ran.SetResult(EventLoop.Current), null);

        Assert.Null(await ran.Task.WaitAsync(Eventually.DefaultTimeout));
    }

    [Fact]
    public async Task Watch_BothDirectionsAtOnce_EachEndsOnceItsOwnIsReady()
    {
        var (near, far) = await PairAsync();
        using (near)
        using (far)
        {
            using var watch = _loop.Watch(near);
            var readable = watch.WaitReadableAsync().AsTask();
            await watch.WaitWritableAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
            Assert.False(readable.IsCompleted);

            await far.SendAsync(new byte[1]);

            await readable.WaitAsync(Eventually.DefaultTimeout);

            // Nothing was read, so it is ready again, as often as asked for.
            await watch.WaitReadableAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_DisposedOfOrItsLoopEnded_EndsWhatWaits(bool endsLoop)
    {
        var (near, far) = await PairAsync();
        using (near)
        using (far)
        {
            using var watch = _loop.Watch(near);
            var readable = watch.WaitReadableAsync().AsTask();

            ((IDisposable)(endsLoop ? _loop : watch)).Dispose();

            await Assert.ThrowsAsync<ObjectDisposedException>(() => readable.WaitAsync(Eventually.DefaultTimeout));
        }
    }

    [Fact]
    public async Task TakeTurn_WhileOthersWait_LetsThemGoFirst()
    {
        var (near, far) = await PairAsync();
        using (near)
        using (far)
        {
            using var watch = _loop.Watch(near);
            await EventLoop.Enter(_loop);
            var order = new List<string>();
            _loop.Post(_ => order.Add("other"), null);

            await watch.TakeTurnAsync();

            order.Add("self");
            Assert.Equal(["other", "self"], order);
            Assert.Same(_loop, EventLoop.Current);
        }
    }

    [Fact]
    public async Task Connect_ToNobody_IsRefused()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        var fault = await Assert.ThrowsAsync<SocketException>(
            () => socket.ConnectQuietlyAsync(nobody.LocalEndPoint!, CancellationToken.None).AsTask().WaitAsync(Eventually.DefaultTimeout));

        Assert.Equal(SocketError.ConnectionRefused, fault.SocketErrorCode);
    }

    [Fact]
    public async Task Receive_GivenUp_LeavesTheSocketToBeUsed()
    {
        var (near, far) = await PairAsync();
        using (near)
        using (far)
        {
            using var giveUp = new CancellationTokenSource();
            var receiving = near.ReceiveQuietlyAsync(new byte[10], giveUp.Token).AsTask();
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving.WaitAsync(Eventually.DefaultTimeout));

            await far.SendQuietlyAsync("hello"u8.ToArray(), CancellationToken.None);

            Assert.Equal(5, await near.ReceiveQuietlyAsync(new byte[10], CancellationToken.None).AsTask().WaitAsync(Eventually.DefaultTimeout));
        }
    }

    [Fact]
    public async Task Send_OfMoreThanFits_CompletesOnceTheOtherSideHasReadIt()
    {
        const int Bytes = 20_000_000;
        var (near, far) = await PairAsync();
        using (near)
        using (far)
        {
            var sending = near.SendQuietlyAsync(new byte[Bytes], CancellationToken.None).AsTask();
            var buffer = new byte[1 << 20];
            var received = 0;
            while (received < Bytes)
            {
                received += await far.ReceiveQuietlyAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Eventually.DefaultTimeout);
            }

            await sending.WaitAsync(Eventually.DefaultTimeout);
        }
    }

    private static async Task<(Socket Near, Socket Far)> PairAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectQuietlyAsync(listener.LocalEndPoint!, CancellationToken.None);
        return (near, await listener.AcceptAsync());
    }
}
