using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Exit;

/// <summary>What a consumer can make its provider's exit do, and no more.</summary>
public sealed class SessionExitTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TcpListener _target = new(IPAddress.Loopback, 0);
    private readonly CountingResolver _resolver = new();

    public SessionExitTests() => _target.Start();

    private int Port => ((IPEndPoint)_target.LocalEndpoint).Port;

    public void Dispose() => _target.Dispose();

    [Fact]
    public async Task Opens_WithoutEnd_AreRefusedUntilTimeOrTrafficEarnsMore()
    {
        using var exit = Open(new ExitLimits { OpensAtOnce = 3, OpensPerSecond = 1, BytesPerOpen = 1_000 });
        var first = (await ConnectAsync(exit)).Endpoint!;
        await ConnectAsync(exit);
        await ConnectAsync(exit);

        Assert.Equal(OpenOutcome.TooManyStreams, (await ConnectAsync(exit)).Outcome);
        Assert.Equal(OpenOutcome.TooManyStreams, exit.OpenUdp().Outcome);
        Assert.Equal(3, exit.OpenEndpoints);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(OpenOutcome.Connected, (await ConnectAsync(exit)).Outcome);
        Assert.Equal(1_000, first.TryWrite(new byte[1_000]));
        Assert.Equal(OpenOutcome.Connected, (await ConnectAsync(exit)).Outcome);
        Assert.Equal(OpenOutcome.TooManyStreams, (await ConnectAsync(exit)).Outcome);
    }

    [Fact]
    public void Associations_WithoutEnd_AreRefusedUntilOneCloses()
    {
        using var exit = Open(new ExitLimits { MaxAssociations = 2 });
        var first = exit.OpenUdp().Endpoint!;
        using var second = (LimitedEndpoint)exit.OpenUdp().Endpoint!;

        Assert.Equal(OpenOutcome.TooManyStreams, exit.OpenUdp().Outcome);
        first.Close(inOrder: true);
        first.Close(inOrder: true);
        var third = exit.OpenUdp();
        Assert.Equal(OpenOutcome.Connected, third.Outcome);
        Assert.Equal(OpenOutcome.TooManyStreams, exit.OpenUdp().Outcome);
        third.Endpoint!.Close(inOrder: true);
    }

    [Fact]
    public async Task Dials_WithoutEnd_TakeTurns()
    {
        using var exit = Open(new ExitLimits { MaxDialling = 2 });
        _resolver.Hold();
        var dials = Enumerable.Range(0, 5).Select(i => ConnectAsync(exit, $"host{i}.example.org")).ToArray();
        await Eventually.TrueAsync(() => _resolver.Asked == 2, "two dials are under way");

        _resolver.Release();
        Assert.All(await Task.WhenAll(dials).WaitAsync(Eventually.DefaultTimeout), connection => Assert.Equal(OpenOutcome.Connected, connection.Outcome));
        Assert.Equal(5, _resolver.Asked);
    }

    [Fact]
    public async Task Names_WithoutEnd_AreNotAskedFor_AndKnownOnesAreAnswered()
    {
        using var exit = Open(new ExitLimits { LookupsAtOnce = 2, LookupsPerSecond = 1 });
        await ConnectAsync(exit, "one.example.org");
        await ConnectAsync(exit, "two.example.org");

        Assert.Equal(OpenOutcome.Failed, (await ConnectAsync(exit, "three.example.org")).Outcome);
        Assert.Equal(OpenOutcome.Connected, (await ConnectAsync(exit, "ONE.example.org")).Outcome);
        Assert.Equal(2, _resolver.Asked);

        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(OpenOutcome.Connected, (await ConnectAsync(exit, "one.example.org")).Outcome);
        Assert.Equal(3, _resolver.Asked);
    }

    [Fact]
    public async Task Names_WantedByManyAtOnce_AreAskedForOnce_AlsoWhenTheFirstGivesUp()
    {
        using var exit = Open(new ExitLimits());
        _resolver.Hold();
        using var impatient = new CancellationTokenSource();
        var first = exit.ConnectAsync(TestTargets.Create("slow.example.org", Port), impatient.Token).AsTask();
        var second = ConnectAsync(exit, "slow.example.org");
        await Eventually.TrueAsync(() => _resolver.Asked == 1, "the name is asked for");

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _resolver.Release();

        Assert.Equal(OpenOutcome.Connected, (await second.WaitAsync(Eventually.DefaultTimeout)).Outcome);
        Assert.Equal(1, _resolver.Asked);
    }

    [Fact]
    public async Task Rate_OfAChannel_HoldsOverAllStreamsAndBothDirections()
    {
        using var exit = Open(new ExitLimits { RateBytesPerSecond = 400_000 });
        var (up, sender) = await PairAsync(exit);
        var (down, reader) = await PairAsync(exit);
        using var one = sender;
        using var other = new NetworkStream(reader, ownsSocket: true);
        _ = other.CopyToAsync(Stream.Null);
        await sender.SendAsync(new byte[70_000]);

        // The burst is a quarter of a second's worth, for all of them.
        Assert.Equal(40_000, down.TryWrite(new byte[40_000]));
        Assert.Equal(60_000, await ReadAsync(up, 60_000));
        Assert.Equal(0, down.TryWrite(new byte[10_000]));
        Assert.Equal(-1, up.TryRead(new byte[10]));
        Assert.False(down.WaitBrieflyForRoom());

        var writing = down.WriteAsync(new byte[80_000]).AsTask();
        for (var i = 0; i < 10; i++)
        {
            Assert.False(writing.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(10));
                return writing.IsCompleted;
            },
            "the rest is written in time");
        await writing;
    }

    [Fact]
    public async Task Endpoint_ClosedWhileItWaitsForItsRate_StopsWaiting()
    {
        using var exit = Open(new ExitLimits { RateBytesPerSecond = 1_000 });
        var (endpoint, _) = await PairAsync(exit);
        endpoint.TryWrite(new byte[64 * 1024]);
        var waiting = endpoint.WaitForDataAsync().AsTask();
        var writing = endpoint.WriteAsync(new byte[10]).AsTask();

        endpoint.Close(inOrder: false);

        Assert.True(ConnectionFault.Is((await Assert.ThrowsAnyAsync<Exception>(() => waiting.WaitAsync(Eventually.DefaultTimeout)))));
        Assert.True(ConnectionFault.Is((await Assert.ThrowsAnyAsync<Exception>(() => writing.WaitAsync(Eventually.DefaultTimeout)))));
        Assert.Equal(0, exit.OpenEndpoints);
    }

    [Fact]
    public async Task Stream_SilentForTooLong_IsClosed_AndABusyOneIsNot()
    {
        using var exit = Open(new ExitLimits { IdleStream = TimeSpan.FromMinutes(10) });
        var (silent, _) = await PairAsync(exit);
        var (busy, _) = await PairAsync(exit);
        var waiting = silent.WaitForDataAsync().AsTask();
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(3));
            busy.TryWrite("x"u8);
        }

        Assert.True(ConnectionFault.Is(await Assert.ThrowsAnyAsync<Exception>(() => waiting.WaitAsync(Eventually.DefaultTimeout))));
        Assert.Equal(1, exit.OpenEndpoints);
        Assert.Equal((true, false), (silent.WasIdle, busy.WasIdle));
    }

    [Fact]
    public void Association_WithoutADatagram_EndsAsIdle()
    {
        using var exit = Open(new ExitLimits());
        var association = exit.OpenUdp().Endpoint!;

        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.True(association.WasIdle);
    }

    [Fact]
    public void Udp_SwitchedOff_IsRefusedByPolicy()
    {
        using var exit = Open(new ExitLimits(), new ExitOptions { CarriesUdp = false });

        Assert.Equal(OpenOutcome.RefusedByPolicy, exit.OpenUdp().Outcome);
        Assert.Equal(0, exit.OpenEndpoints);
    }

    private SessionExit Open(ExitLimits limits, ExitOptions? options = null)
    {
        Assert.True(AddressRange.TryParse("127.0.0.0/8", out var loopback));
        return new SessionExit(new EgressPolicy([loopback!]), _resolver, options ?? new ExitOptions(), limits, _time);
    }

    private async Task<ExitConnection> ConnectAsync(SessionExit exit, string host = "127.0.0.1") =>
        await exit.ConnectAsync(TestTargets.Create(host, Port), CancellationToken.None).AsTask().WaitAsync(Eventually.DefaultTimeout);

    private async Task<(IStreamEndpoint Endpoint, Socket Accepted)> PairAsync(SessionExit exit)
    {
        var connection = await ConnectAsync(exit);
        return (connection.Endpoint!, await _target.AcceptSocketAsync().WaitAsync(Eventually.DefaultTimeout));
    }

    private static async Task<int> ReadAsync(IStreamEndpoint endpoint, int count)
    {
        var read = 0;
        while (read < count)
        {
            await endpoint.WaitForDataAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
            read += Math.Max(0, endpoint.TryRead(new byte[count - read]));
        }

        return read;
    }

    private sealed class CountingResolver : IExitResolver
    {
        private TaskCompletionSource _mayAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _asked;

        public CountingResolver() => _mayAnswer.SetResult();

        public int Asked => Volatile.Read(ref _asked);

        public void Hold() => _mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _mayAnswer.SetResult();

        public async Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            await _mayAnswer.Task;
            return [IPAddress.Loopback];
        }
    }
}
