using Tachyon.EdgeTunnel.Tests.Tunnel;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;
using Tachyon.Testing;
using Tachyon.Testing.Fuzzing;

namespace Tachyon.EdgeTunnel.Tests.Fuzzing;

/// <summary>A peer that has shown its key may send anything; before that, anybody may.</summary>
[Trait("Category", "Fuzz")]
public sealed class SessionFuzzTests
{
    private static readonly byte[][] Frames =
    [
        RawPeer.OpenFrame(1), RawPeer.OpenFrame(2), RawPeer.Frame(FrameKind.OpenUdp, 3), RawPeer.Frame(FrameKind.OpenResult, 1, 1),
        RawPeer.Frame(FrameKind.Data, 1, new byte[100]), RawPeer.Frame(FrameKind.Data, 2, [.. "payload"u8]), RawPeer.Frame(FrameKind.Window, 1, 0, 1, 0, 0),
        RawPeer.Frame(FrameKind.Fin, 1), RawPeer.Frame(FrameKind.Reset, 2, 1), RawPeer.Frame(FrameKind.Ping, 0, new byte[8]),
        RawPeer.Frame(FrameKind.Pong, 0, new byte[8]), RawPeer.Frame(FrameKind.Statement, 0, new byte[8]), RawPeer.Frame(FrameKind.ClosureOffer, 0),
        RawPeer.Frame(FrameKind.ClosureSigned, 0, new byte[ClosurePayload.Bytes]), RawPeer.Frame(FrameKind.Goodbye, 0, 1), RawPeer.Frame(FrameKind.UnitShown, 0),
        [.. RawPeer.OpenFrame(1), .. RawPeer.Frame(FrameKind.Data, 1, new byte[5_000]), .. RawPeer.Frame(FrameKind.Fin, 1)],
        [.. RawPeer.OpenFrame(1), .. RawPeer.Frame(FrameKind.Reset, 1, 1), .. RawPeer.OpenFrame(2), .. RawPeer.Frame(FrameKind.Window, 2, 0, 0, 0, 1)],
    ];

    [Theory]
    [InlineData(SessionRole.Provider)]
    [InlineData(SessionRole.Consumer)]
    public Task Session_WhateverFramesCome_EndsInOrderOrGoesOn(object role) => Fuzzer.RunAsync(
        Frames,
        async (input, random) =>
        {
            await using var peer = new RawPeer((SessionRole)role);
            if ((SessionRole)role == SessionRole.Consumer)
            {
                // So that some frames meet a stream.
                _ = peer.Session.OpenAsync(TestTargets.Any, CancellationToken.None);
            }

            var sending = SendAsync(peer, input, random);
            var end = await peer.Session.Completion.WaitAsync(Eventually.DefaultTimeout);
            await sending;
            // The peer may say so of itself.
            Assert.False(end is { Reason: GoodbyeReason.InternalError, ByPeer: false }, end.Detail);
            Assert.InRange(peer.Engine.Bytes, 0, input.Length);
            Assert.Equal(0, peer.Session.Snapshot().Streams);
        },
        cases: 500);

    [Fact]
    public async Task Provider_WhateverStrangersSend_RefusesThem()
    {
        using var test = new TestChannel();
        var hellos = await HellosAsync(test);
        await Fuzzer.RunAsync(
            hellos,
            async (input, random) =>
            {
                if (hellos.Contains(input))
                {
                    // A genuine beginning of TLS waits for the rest, and that is another test's.
                    return;
                }

                var (a, b) = DuplexPipe.CreatePair();
                var accepting = TestChannel.Handshake(test.Provider).AcceptAsync(b, test.Directory, CancellationToken.None);
                await SendAsync(a, input, random);
                var result = await accepting.WaitAsync(Eventually.DefaultTimeout);
                Assert.NotEqual(HandshakeFault.None, result.Fault);
                Assert.Null(result.Transport);
            },
            cases: 200);
    }

    [Fact]
    public async Task Provider_WhateverHelloComesThroughTls_RefusesAllButTheGenuine()
    {
        using var test = new TestChannel();
        var hello = new byte[HelloPayload.Bytes];
        await Fuzzer.RunAsync(
            [RawPeer.Frame(FrameKind.Hello, 0, [1, .. hello[1..]]), RawPeer.Frame(FrameKind.Hello, 0, [9]), RawPeer.Frame(FrameKind.Goodbye, 0, 1)],
            async (input, random) =>
            {
                var (a, b) = DuplexPipe.CreatePair();
                var accepting = TestChannel.Handshake(test.Provider).AcceptAsync(b, test.Directory, CancellationToken.None);
                var tls = await TlsConnection.ConnectAsync(a, TimeProvider.System, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
                await SendAsync(tls.Stream, input, random);
                var result = await accepting.WaitAsync(Eventually.DefaultTimeout);
                Assert.NotEqual(HandshakeFault.None, result.Fault);
                Assert.Null(result.Transport);
            },
            cases: 40);
    }

    // What a consumer sends first: the beginning of TLS.
    private static async Task<byte[][]> HellosAsync(TestChannel test)
    {
        var (a, b) = DuplexPipe.CreatePair();
        var connecting = TestChannel.Handshake(test.Consumer).ConnectAsync(a, test.Channel, CancellationToken.None);
        var buffer = new byte[4_096];
        var count = await b.ReadAsync(buffer).AsTask().WaitAsync(Eventually.DefaultTimeout);
        await b.DisposeAsync();
        await connecting.WaitAsync(Eventually.DefaultTimeout);
        return [buffer[..count]];
    }

    private static Task SendAsync(RawPeer peer, byte[] input, Random random) => SendAsync(peer.Stream, input, random);

    // A peer that closes when it has said all: what is read by then decides.
    private static async Task SendAsync(Stream stream, byte[] input, Random random)
    {
        try
        {
            foreach (var piece in Splits.Of(input, random))
            {
                await stream.WriteAsync(piece).AsTask().WaitAsync(Eventually.DefaultTimeout);
            }
        }
        catch (Exception e) when (ConnectionFault.Is(e) || e is InvalidOperationException)
        {
            // Hung up on.
        }

        await stream.DisposeAsync();
    }
}
