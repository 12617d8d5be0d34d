using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>Frames in records over a connection: whole, in order, and with an end that nobody else can tell.</summary>
public sealed class RecordTransportTests
{
    private static readonly RecordSecrets Secrets = new(
        Keccak256.HashText("one"),
        Keccak256.HashText("two"),
        ChannelId.FromBytes(Keccak256.HashText("channel").ToArray()),
        Keccak256.HashText("three"),
        Keccak256.HashText("four"),
        RecordCipher.Aes256Gcm);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frames_OfAllSizes_ArriveWholeAndInOrder(bool overSockets)
    {
        var (a, b) = overSockets ? await SocketsAsync() : Pipes();
        await using var consumer = Transport(a, SessionRole.Consumer);
        await using var provider = Transport(b, SessionRole.Provider);
        int[] sizes = [1, 100, 16_000, 16_400, FrameLayout.MaxPayloadBytes, 3, FrameLayout.MaxPayloadBytes - 1, 50_000];

        var sending = Task.Run(async () =>
        {
            foreach (var size in sizes)
            {
                await consumer.SendAsync(Data((uint)size, size));
            }
        });
        foreach (var size in sizes)
        {
            var received = await Task.Run(() => provider.ReceiveAsync().AsTask()).WaitAsync(Eventually.DefaultTimeout);
            Assert.Equal(ReceiveStatus.Frame, received.Status);
            Assert.Equal((uint)size, received.Header.StreamId);
            Assert.Equal(Payload(size), received.Payload.ToArray());
        }

        await sending;
    }

    [Fact]
    public async Task ControlFrames_SharingARecord_ComeOutOneByOne()
    {
        var (a, b) = Pipes();
        await using var consumer = Transport(a, SessionRole.Consumer);
        await using var provider = Transport(b, SessionRole.Provider);
        byte[] frames = [.. RawPeer.Frame(FrameKind.Fin, 1), .. RawPeer.OpenFrame(2), .. RawPeer.Frame(FrameKind.Fin, 3)];

        await consumer.SendAsync(Outgoing(frames));

        foreach (var id in (uint[])[1, 2, 3])
        {
            Assert.Equal(id, (await provider.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout)).Header.StreamId);
        }
    }

    [Fact]
    public async Task Connection_ThatItsPeerEnds_IsToldFromOneThatIsCut()
    {
        var (a, b) = Pipes();
        await using var ended = Transport(b, SessionRole.Provider);
        await Transport(a, SessionRole.Consumer).DisposeAsync();
        var end = await ended.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal((ReceiveStatus.Ended, FrameError.None), (end.Status, end.Error));

        var (c, d) = DuplexPipe.CreatePair();
        await using var cut = Transport(new StreamLink(d), SessionRole.Provider);
        await c.DisposeAsync();
        var cutEnd = await cut.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal((ReceiveStatus.Ended, FrameError.Truncated), (cutEnd.Status, cutEnd.Error));
    }

    [Fact]
    public async Task Reader_WaitingOnASocket_IsWokenByDisposal()
    {
        var (a, b) = await SocketsAsync();
        await using var peer = a;
        var transport = Transport(b, SessionRole.Provider);
        var reading = Task.Factory.StartNew(
            () => transport.ReceiveAsync().AsTask(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

        await transport.DisposeAsync();

        // Either way of finding out is an end.
        try
        {
            Assert.Equal(ReceiveStatus.Ended, (await reading.WaitAsync(Eventually.DefaultTimeout)).Status);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
        }
    }

    [Fact]
    public async Task Key_OlderThanItMayBe_IsLeftWithTheNextFrame()
    {
        var time = new FakeTimeProvider();
        var (a, b) = DuplexPipe.CreatePair();
        await using var consumer = Transport(new StreamLink(a), SessionRole.Consumer, time);
        await using var provider = Transport(new StreamLink(b), SessionRole.Provider);

        await consumer.SendAsync(Data(1, 10));
        time.Advance(RecordLimits.Standard.KeyAge);
        await consumer.SendAsync(Data(2, 10));
        await consumer.SendAsync(Data(3, 10));

        foreach (var id in (uint[])[1, 2, 3])
        {
            Assert.Equal(id, (await provider.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout)).Header.StreamId);
        }

        // And that it was left shows in the record itself.
        time.Advance(RecordLimits.Standard.KeyAge);
        await consumer.SendAsync(Data(4, 10));
        var record = new byte[RecordLayout.OverheadBytes];
        await b.ReadExactlyAsync(record).AsTask().WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal((byte)RecordType.Rekey, record[0]);
    }

    [Fact]
    public async Task GenuineRecord_ThatHoldsNoWholeFrame_IsRefused()
    {
        var (a, b) = Pipes();
        await using var consumer = Transport(a, SessionRole.Consumer);
        await using var provider = Transport(b, SessionRole.Provider);

        await consumer.SendAsync(Outgoing(RawPeer.OpenFrame(2)[..^1]));

        var received = await provider.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal((ReceiveStatus.Malformed, FrameError.Truncated), (received.Status, received.Error));
    }

    [Fact]
    public async Task Stream_OfRecords_AlteredAnywhere_YieldsOnlyWhatWasSentBeforeAndThenEnds()
    {
        var random = new Random(20_261_122);
        for (var round = 0; round < 300; round++)
        {
            byte[] wire = Wire(out var ends);
            var at = random.Next(wire.Length);
            wire[at] ^= (byte)random.Next(1, 256);
            var genuine = ends.Count(end => end <= at);

            var (a, b) = DuplexPipe.CreatePair();
            await using var provider = Transport(new StreamLink(b), SessionRole.Provider);
            await a.WriteAsync(wire);
            await a.DisposeAsync();

            for (uint id = 1; id <= genuine; id++)
            {
                Assert.Equal(id, (await provider.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout)).Header.StreamId);
            }

            var end = await provider.ReceiveAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
            Assert.NotEqual(ReceiveStatus.Frame, end.Status);
            Assert.NotEqual(FrameError.None, end.Error);
        }
    }

    private static byte[] Wire(out List<int> ends)
    {
        using var sealer = Secrets.Sealer(SessionRole.Consumer);
        using var wire = new MemoryStream();
        ends = [];
        for (uint id = 1; id <= 6; id++)
        {
            var frames = Data(id, (int)id * 40);
            sealer.SealFrames(frames.Record.Span);
            wire.Write(frames.Record.Span);
            ends.Add((int)wire.Length);
        }

        return wire.ToArray();
    }

    private static RecordTransport Transport(IByteLink link, SessionRole own, TimeProvider? time = null) => new(
        link,
        Secrets.Sealer(own),
        Secrets.Opener(own == SessionRole.Consumer ? SessionRole.Provider : SessionRole.Consumer),
        time ?? TimeProvider.System);

    private static (IByteLink A, IByteLink B) Pipes()
    {
        var (a, b) = DuplexPipe.CreatePair();
        return (new StreamLink(a), new StreamLink(b));
    }

    private static async Task<(IByteLink A, IByteLink B)> SocketsAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        return (new SocketLink(client), new SocketLink(await listener.AcceptAsync()));
    }

    private static OutgoingFrames Data(uint streamId, int bytes)
    {
        var buffer = new FrameBuffer(bytes);
        Payload(bytes).CopyTo(buffer.Payload);
        return buffer.FrameData(streamId, 0, bytes, withUnit: false);
    }

    private static OutgoingFrames Outgoing(byte[] frames) =>
        new([.. new byte[RecordLayout.HeaderBytes], .. frames, .. new byte[RecordLayout.TagBytes]], RecordLayout.HeaderBytes, frames.Length);

    private static byte[] Payload(int bytes) => [.. Enumerable.Range(0, bytes).Select(i => (byte)(i ^ (i >> 8) ^ bytes))];
}
