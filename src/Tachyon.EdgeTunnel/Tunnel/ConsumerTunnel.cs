using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A consumer's session with its provider: opens streams for local clients over one channel.</summary>
/// <remarks>One connection. When it ends, whoever needs another connects anew; the channel goes on where it was.</remarks>
internal sealed class ConsumerTunnel : IStreamOpener, IAsyncDisposable
{
    private readonly TunnelSession _session;

    private ConsumerTunnel(TunnelChannel channel, IUnitEngine engine, TunnelSession session)
    {
        Channel = channel;
        Engine = engine;
        _session = session;
    }

    /// <summary>The channel that pays.</summary>
    public TunnelChannel Channel { get; }

    /// <summary>The channel's engine.</summary>
    public IUnitEngine Engine { get; }

    /// <summary>Whether streams can be opened.</summary>
    public bool IsOpen => _session.IsOpen;

    /// <summary>Completes when the session has ended. Never faults.</summary>
    public Task<SessionEnd> Completion => _session.Completion;

    /// <summary>Dials the provider and sets up a session.</summary>
    /// <param name="host">Name or address of the provider's endpoint.</param>
    /// <param name="port">Its TCP port.</param>
    /// <param name="channel">The channel; this node is its consumer.</param>
    /// <param name="context">This node's parts.</param>
    /// <param name="cancellationToken">Gives up dialling.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<ConsumerConnection> ConnectAsync(
        string host, int port, TunnelChannel channel, TunnelContext context, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(context);
        Socket socket;
        try
        {
            using var limit = new CancellationTokenSource(context.Services.Options.HandshakeTimeout, context.Services.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            socket = await DialAsync(host, port, either.Token);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ConsumerConnection.Failed(HandshakeFault.ConnectionLost, $"{host}:{port} cannot be reached: {e.Message}", null);
        }

        var remote = socket.RemoteEndPoint as IPEndPoint;
        return await ConnectAsync(SocketStream.Over(socket), channel, context, cancellationToken, remote);
    }

    /// <summary>Sets up a session over a connected stream.</summary>
    public static async Task<ConsumerConnection> ConnectAsync(
        Stream stream, TunnelChannel channel, TunnelContext context, CancellationToken cancellationToken, IPEndPoint? remote = null)
    {
        var handshake = await context.Handshake().ConnectAsync(stream, channel, cancellationToken);
        if (handshake.Transport is not { } transport)
        {
            return ConsumerConnection.Failed(handshake.Fault, handshake.Detail, handshake.Reason);
        }

        try
        {
            var engine = await context.Engines.GetAsync(channel, cancellationToken);
            var session = new TunnelSession(
                transport, SessionRole.Consumer, engine, null, context.Services, context.LoggerFactory.CreateLogger<TunnelSession>());
            session.Start();
            context.Observer?.OnSessionStarted(channel.ChannelId);
            _ = ObserveEndAsync(session, channel, context.Observer);
            return ConsumerConnection.Connected(new ConsumerTunnel(channel, engine, session) { Remote = remote });
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public Task<StreamOpening> OpenAsync(TargetAddress target, CancellationToken cancellationToken) => _session.OpenAsync(target, cancellationToken);

    /// <inheritdoc />
    public Task<StreamOpening> OpenUdpAsync(CancellationToken cancellationToken) => _session.OpenUdpAsync(cancellationToken);

    /// <summary>Where the provider was reached; null over a stream that was given.</summary>
    public IPEndPoint? Remote { get; private init; }

    /// <summary>Asks the provider for a path for packets; see <see cref="TunnelSession.AskForPacketsAsync"/>.</summary>
    public Task<byte[]> AskForPacketsAsync(ReadOnlyMemory<byte> open, CancellationToken cancellationToken) =>
        _session.AskForPacketsAsync(open, cancellationToken);

    /// <summary>From now on the session tells the path what concerns it, and ends it when it ends itself.</summary>
    public void Attach(IPacketPath packets) => _session.Attach(packets);

    /// <summary>What the session has carried.</summary>
    public SessionStats Snapshot() => _session.Snapshot();

    /// <summary>Ends the session in order; the channel stays active.</summary>
    public Task<SessionEnd> StopAsync() => _session.EndAsync(GoodbyeReason.Orderly, "this node ends the session");

    /// <summary>
    /// Ends the session and closes the channel: both sides sign a closure at the agreed count, which the observer is told.
    /// </summary>
    public Task<SessionEnd> CloseChannelAsync() => _session.CloseChannelAsync();

    /// <summary>Hangs up without a word.</summary>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    // One address after the other, as far as the time allows.
    private static async Task<Socket> DialAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        for (var next = 0; ; next++)
        {
            if (next == addresses.Length)
            {
                throw new SocketException((int)SocketError.HostNotFound);
            }

            var socket = new Socket(addresses[next].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectQuietlyAsync(new IPEndPoint(addresses[next], port), cancellationToken);
                return socket;
            }
            catch (Exception e) when (ConnectionFault.Is(e) && next < addresses.Length - 1 && !cancellationToken.IsCancellationRequested)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static async Task ObserveEndAsync(TunnelSession session, TunnelChannel channel, ITunnelObserver? observer)
    {
        var end = await session.Completion;
        observer?.OnSessionEnded(channel.ChannelId, end);
    }
}

/// <summary>A consumer's tunnel, or why there is none.</summary>
/// <param name="Tunnel">The tunnel; null unless <paramref name="Fault"/> is none.</param>
/// <param name="Fault">Why not.</param>
/// <param name="Detail">One line for people.</param>
/// <param name="Reason">What the provider said, or was told.</param>
internal sealed record ConsumerConnection(ConsumerTunnel? Tunnel, HandshakeFault Fault, string Detail, GoodbyeReason? Reason)
{
    public static ConsumerConnection Connected(ConsumerTunnel tunnel) => new(tunnel, HandshakeFault.None, "", null);

    public static ConsumerConnection Failed(HandshakeFault fault, string detail, GoodbyeReason? reason) => new(null, fault, detail, reason);
}
