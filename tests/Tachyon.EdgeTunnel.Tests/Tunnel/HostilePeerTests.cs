using FsCheck;
using FsCheck.Fluent;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

public sealed class HostilePeerTests
{
    [Theory]
    [InlineData("00000000000000000000000000000000")] // zeroes
    [InlineData("474554202f20485454502f312e310d0a")] // GET / HTTP/1.1
    [InlineData("05000000000000010fffffff00000000")] // oversized
    [InlineData("01000000000000000000006200000000")] // a second Hello, later cut
    public async Task Session_Garbage_EndsAsViolation(string hex)
    {
        await using var peer = new RawPeer(SessionRole.Provider);

        await peer.SendAsync(Convert.FromHexString(hex));
        await peer.SendAsync(new byte[200]);

        await peer.ExpectEndAsync(GoodbyeReason.ProtocolViolation);
        Assert.Equal(0, peer.Engine.Bytes);
    }

    [Fact]
    public async Task Session_FrameCutShort_EndsAndSaysSo()
    {
        await using var peer = new RawPeer(SessionRole.Provider);

        await peer.SendAsync(RawPeer.Frame(FrameKind.Ping, 0, new byte[8])[..15]);
        await peer.Stream.DisposeAsync();

        var end = await peer.Session.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.Null(end.Reason);
        Assert.Contains("cut", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_DataForUnopenedStream_EndsAndDoesNotCount()
    {
        await using var peer = new RawPeer(SessionRole.Consumer);

        await peer.SendAsync(RawPeer.Frame(FrameKind.Data, 7, 1, 2, 3));

        await peer.ExpectEndAsync(GoodbyeReason.ProtocolViolation);
        Assert.Equal(0, peer.Engine.Bytes);
    }

    [Fact]
    public async Task Provider_OpensAStream_IsAViolation()
    {
        await using var peer = new RawPeer(SessionRole.Consumer);

        await peer.SendAsync(RawPeer.OpenFrame(1));

        await peer.ExpectEndAsync(GoodbyeReason.ProtocolViolation);
    }

    [Fact]
    public async Task Data_BeyondTheWindow_EndsAndDoesNotCount()
    {
        await using var peer = new RawPeer(SessionRole.Provider);
        await peer.SendAsync(RawPeer.OpenFrame(1));
        (await peer.Exit.NextAsync()).Stall();
        Assert.Equal(FrameKind.OpenResult, (await peer.ReceiveAsync()).Header.Kind);

        await peer.SendAsync(RawPeer.Frame(FrameKind.Data, 1, new byte[FrameLayout.InitialWindowBytes]));
        await peer.SendAsync(RawPeer.Frame(FrameKind.Data, 1, 1));

        await peer.ExpectEndAsync(GoodbyeReason.ProtocolViolation);
        Assert.Equal(FrameLayout.InitialWindowBytes, peer.Engine.Bytes);
    }

    [Fact]
    public async Task Data_ReplayedAfterItsStreamEnded_EndsAndDoesNotCount()
    {
        await using var peer = new RawPeer(SessionRole.Provider);
        await peer.SendAsync(RawPeer.OpenFrame(1));
        await peer.Exit.NextAsync();
        var data = RawPeer.Frame(FrameKind.Data, 1, 1, 2, 3);
        await peer.SendAsync(data);
        await peer.SendAsync(RawPeer.Frame(FrameKind.Fin, 1));

        await peer.SendAsync(data);

        await peer.ExpectEndAsync(GoodbyeReason.ProtocolViolation);
        Assert.Equal(3, peer.Engine.Bytes);
    }

    [Fact]
    public async Task Open_Replayed_IsAViolation()
    {
        await using var peer = new RawPeer(SessionRole.Provider);
        await peer.SendAsync(RawPeer.OpenFrame(5));
        await peer.SendAsync(RawPeer.OpenFrame(5));

        await peer.ExpectEndAsync(GoodbyeReason.ProtocolViolation);
    }

    [Fact]
    public async Task Window_Overflowing_IsAViolation()
    {
        await using var peer = new RawPeer(SessionRole.Provider);
        await peer.SendAsync(RawPeer.OpenFrame(1));
        await peer.Exit.NextAsync();

        await peer.SendAsync(RawPeer.Frame(FrameKind.Window, 1, 0xff, 0xff, 0xff, 0xff));

        await peer.ExpectEndAsync(GoodbyeReason.ProtocolViolation);
    }

    [Fact]
    public async Task Data_AfterGoodbye_IsAViolation()
    {
        await using var peer = new RawPeer(SessionRole.Provider);
        await peer.SendAsync(RawPeer.OpenFrame(1));
        await peer.Exit.NextAsync();
        await peer.SendAsync([
            .. RawPeer.Frame(FrameKind.ClosureOffer, 0),
            .. RawPeer.Frame(FrameKind.Data, 1, 1)]);

        await peer.ExpectEndAsync(GoodbyeReason.ProtocolViolation);
        Assert.Equal(0, peer.Engine.Bytes);
    }

    [Theory]
    [InlineData(true, ResetReason.Idle)]
    [InlineData(false, ResetReason.LocalEndClosed)]
    public async Task Stream_WhoseLocalEndCloses_IsResetWithTheReason(bool wasIdle, ResetReason reason)
    {
        await using var peer = new RawPeer(SessionRole.Provider);
        await peer.SendAsync(RawPeer.OpenFrame(1));
        var target = await peer.Exit.NextAsync();
        Assert.Equal(FrameKind.OpenResult, (await peer.ReceiveAsync()).Header.Kind);

        target.WasIdle = wasIdle;
        target.Close(inOrder: false);

        var (header, payload) = await peer.ReceiveAsync();
        Assert.Equal((FrameKind.Reset, 1u, reason), (header.Kind, header.StreamId, (ResetReason)payload[0]));
    }

    [Fact]
    public async Task Opens_WithoutEnd_AreRefusedBeyondTheLimitAndTheSessionLives()
    {
        await using var peer = new RawPeer(SessionRole.Provider, new TunnelOptions { MaxStreams = 10 });

        for (uint id = 1; id <= 500; id++)
        {
            await peer.SendAsync(RawPeer.OpenFrame(id));
        }

        var outcomes = new List<OpenOutcome>();
        while (outcomes.Count < 500)
        {
            var (header, payload) = await peer.ReceiveAsync();
            Assert.Equal(FrameKind.OpenResult, header.Kind);
            outcomes.Add((OpenOutcome)payload[0]);
        }

        Assert.Equal(10, outcomes.Count(o => o == OpenOutcome.Connected));
        Assert.Equal(490, outcomes.Count(o => o == OpenOutcome.TooManyStreams));
        Assert.True(peer.Session.IsOpen);
        Assert.Equal(10, peer.Session.Snapshot().Streams);
    }

    [Fact]
    public async Task Peer_AsksButNeverReads_IsHungUpOn()
    {
        await using var peer = new RawPeer(SessionRole.Provider, new TunnelOptions { MaxControlBacklogBytes = 16 * 1024 });
        var pings = Enumerable.Repeat(RawPeer.Frame(FrameKind.Ping, 0, new byte[8]), 1000).SelectMany(x => x).ToArray();

        var sending = Task.Run(async () =>
        {
            while (!peer.Session.Completion.IsCompleted)
            {
                await peer.Stream.WriteAsync(pings);
            }
        });

        var end = await peer.Session.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.Contains("does not read", end.Detail, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await sending.WaitAsync(Eventually.DefaultTimeout);
            await peer.Stream.WriteAsync(pings);
            throw new IOException("closed");
        });
    }

    [Fact]
    public void Session_AnyBytes_EndsOrWaitsButNeverThrows()
    {
        var bytes =
            from parts in Gen.OneOf(
                Gen.Choose(0, 255).Select(x => (byte)x).ArrayOf(),
                Gen.Elements(
                    RawPeer.OpenFrame(1),
                    RawPeer.OpenFrame(2),
                    RawPeer.Frame(FrameKind.Data, 1, 1, 2, 3),
                    RawPeer.Frame(FrameKind.Fin, 1),
                    RawPeer.Frame(FrameKind.Reset, 1, 1),
                    RawPeer.Frame(FrameKind.Window, 1, 0, 0, 0, 9),
                    RawPeer.Frame(FrameKind.Pong, 0, new byte[8]),
                    RawPeer.Frame(FrameKind.OpenResult, 1, 1),
                    RawPeer.Frame(FrameKind.Statement, 0, new byte[8]),
                    RawPeer.Frame(FrameKind.Goodbye, 0, 1))).ListOf()
            select parts.SelectMany(x => x).ToArray();

        Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(Gen.Zip(bytes, Gen.Elements(SessionRole.Consumer, SessionRole.Provider)).ToArbitrary(), input =>
            {
                var (sent, role) = input;
                return RunAsync(sent, role).WaitAsync(Eventually.DefaultTimeout).GetAwaiter().GetResult();
            }));

        static async Task<bool> RunAsync(byte[] sent, SessionRole role)
        {
            await using var peer = new RawPeer(role);
            await peer.SendAsync(sent);
            await peer.Stream.DisposeAsync();
            var end = await peer.Session.Completion;
            return end.Reason != GoodbyeReason.InternalError;
        }
    }
}
