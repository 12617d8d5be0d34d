using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Routes;

/// <summary>
/// The eyes of a session's far end: sits in front of it with both sides' keys, ends the session of the one and begins that of the
/// other, and keeps every frame that goes through in the clear.
/// </summary>
internal sealed class SessionTap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<TappedFrame> _frames = [];
    private readonly Func<IPEndPoint> _behind;
    private readonly Func<Stream, Task<HandshakeResult>> _accept;
    private readonly Func<Stream, HandshakeResult, Task<HandshakeResult>> _connect;

    private SessionTap(
        Func<IPEndPoint> behind, Func<Stream, Task<HandshakeResult>> accept, Func<Stream, HandshakeResult, Task<HandshakeResult>> connect)
    {
        (_behind, _accept, _connect) = (behind, accept, connect);
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Every frame so far, each direction in order.</summary>
    public IReadOnlyList<TappedFrame> Frames => [.. _frames];

    /// <summary>In front of a provider, on a channel.</summary>
    public static SessionTap OfChannel(
        Func<IPEndPoint> behind, Func<Eip712Domain> domain, byte[] providerKey, byte[] consumerKey, Func<ChannelId, TunnelChannel> channelOf) =>
        new(
            behind,
            stream => Handshake(providerKey, domain()).AcceptAsync(stream, new Channels(channelOf), CancellationToken.None),
            (stream, accepted) => Handshake(consumerKey, domain()).ConnectAsync(stream, accepted.Channel!, CancellationToken.None));

    /// <summary>In front of an exit, on a route.</summary>
    public static SessionTap OfRoute(Func<IPEndPoint> behind, Func<Eip712Domain> domain, byte[] exitKey, Func<byte[]> routeKeyOf) =>
        new(
            behind,
            stream => Handshake(exitKey, domain(), new Routes(routeKeyOf)).AcceptAsync(
                stream, new Channels(channelId => throw new InvalidOperationException($"A route's consumer comes with channel {channelId}.")), CancellationToken.None),
            (stream, accepted) => Handshake(routeKeyOf(), domain()).ConnectRouteAsync(stream, AddressOf(exitKey), accepted.Tag!.Value, CancellationToken.None));

    public void Dispose() => _listener.Dispose();

    private static Address AddressOf(byte[] key)
    {
        using var signer = new KeySigner(key);
        return signer.Address;
    }

    // Without records: the frames stay in TLS, which ends here as well.
    private static SessionHandshake Handshake(byte[] key, Eip712Domain domain, IRouteService? routes = null) =>
        new(new KeySigner(key), new SignatureVerifier(), domain, TimeSpan.FromMinutes(1), TimeProvider.System) { Ciphers = RecordCiphers.None, Routes = routes };

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = SitBetweenAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task SitBetweenAsync(Socket near)
    {
        var accepted = await _accept(new NetworkStream(near, ownsSocket: true));
        if (accepted.Transport is not { } toNear)
        {
            return;
        }

        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await far.ConnectAsync(_behind());
        var made = await _connect(new NetworkStream(far, ownsSocket: true), accepted);
        if (made.Transport is { } toFar)
        {
            await Task.WhenAll(PassAsync(toNear, toFar, isToFar: true), PassAsync(toFar, toNear, isToFar: false));
        }

        await toNear.DisposeAsync();
    }

    private async Task PassAsync(IFrameTransport from, IFrameTransport to, bool isToFar)
    {
        try
        {
            while (await from.ReceiveAsync() is { Status: ReceiveStatus.Frame } received)
            {
                var frame = TappedFrame.Of(received, isToFar);
                _frames.Enqueue(frame);
                await to.SendAsync(frame.ToOutgoing());
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or ObjectDisposedException)
        {
            // One of the two hung up.
        }
        finally
        {
            await to.DisposeAsync();
        }
    }

    private sealed class Channels(Func<ChannelId, TunnelChannel> channelOf) : IChannelDirectory
    {
        public ValueTask<ChannelAdmission> AdmitAsync(ChannelId channelId, CancellationToken cancellationToken) => new(ChannelAdmission.Admit(channelOf(channelId)));
    }

    private sealed class Routes(Func<byte[]> routeKeyOf) : IRouteService
    {
        public Address? FindKey(Bytes32 tag) => AddressOf(routeKeyOf());

        public IUnitEngine? FindEngine(Bytes32 tag) => null;
    }
}

/// <summary>A frame that went through a <see cref="SessionTap"/>.</summary>
/// <param name="IsToFar">Whether it went to the node behind the tap.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="UnitSignature">The signature of the unit in it; empty where it carries none.</param>
/// <param name="Bytes">All of it, header included.</param>
internal sealed record TappedFrame(bool IsToFar, FrameKind Kind, byte[] UnitSignature, byte[] Bytes)
{
    public static TappedFrame Of(in ReceivedFrame received, bool isToFar)
    {
        var bytes = new byte[received.Header.FrameBytes];
        received.Header.Write(bytes);
        received.UnitSection.CopyTo(bytes.AsMemory(FrameLayout.HeaderBytes));
        received.Payload.CopyTo(bytes.AsMemory(received.Header.PrefixBytes));
        var signature = received.UnitSection.IsEmpty ? [] : received.UnitSection[^Signature.Length..].ToArray();
        return new TappedFrame(isToFar, received.Header.Kind, signature, bytes);
    }

    public OutgoingFrames ToOutgoing()
    {
        var buffer = new byte[Bytes.Length + RecordLayout.OverheadBytes];
        Bytes.CopyTo(buffer, RecordLayout.HeaderBytes);
        return new OutgoingFrames(buffer, RecordLayout.HeaderBytes, Bytes.Length);
    }
}
