using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Listening;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>A provider's side: listens, admits the sessions of channels that the directory knows, and connects their streams.</summary>
/// <remarks>
/// A channel has one session at a time. A new one that is authenticated replaces the old one: its consumer knows best
/// that the old connection is dead.
/// </remarks>
internal sealed partial class ProviderTunnel : IAsyncDisposable
{
    // What strangers can make this node do at once before they have shown a key. An exit that comes back is dialled by all its routes,
    // many of them through the same relay.
    private const int MaxHandshakes = 256;

    private readonly TunnelContext _context;
    private readonly IChannelDirectory _directory;
    private readonly IExit _exit;
    private readonly ILogger _logger;
    private readonly Listener _listener;
    private readonly SemaphoreSlim _starting = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ChannelId, TunnelSession> _sessions = new();

    private ProviderTunnel(TunnelContext context, IChannelDirectory directory, IExit exit, IPEndPoint listen)
    {
        _context = context;
        _directory = directory;
        _exit = exit;
        _logger = context.LoggerFactory.CreateLogger<ProviderTunnel>();
        _listener = Listener.Start(listen, MaxHandshakes, AdmitAsync, LogAcceptFailed);
    }

    /// <summary>Where consumers connect.</summary>
    public IPEndPoint LocalEndPoint => _listener.LocalEndPoint;

    /// <summary>The channels that have a session now.</summary>
    public IReadOnlyCollection<ChannelId> ActiveChannels => [.. _sessions.Keys];

    /// <summary>Starts listening; port 0 lets the system choose.</summary>
    /// <exception cref="SocketException">The endpoint cannot be listened on.</exception>
    public static ProviderTunnel Start(IPEndPoint listen, TunnelContext context, IChannelDirectory directory, IExit exit)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(exit);
        return new ProviderTunnel(context, directory, exit, listen);
    }

    /// <summary>What a channel's session has carried; null when it has none.</summary>
    public SessionStats? Snapshot(ChannelId channelId) => _sessions.TryGetValue(channelId, out var session) ? session.Snapshot() : null;

    /// <summary>Ends a channel's session; null when it has none.</summary>
    public async Task<SessionEnd?> EndSessionAsync(ChannelId channelId, GoodbyeReason reason, string detail) =>
        _sessions.TryGetValue(channelId, out var session) ? await session.EndAsync(reason, detail) : null;

    /// <summary>
    /// Ends a channel's session and closes the channel: both sides sign a closure at the agreed count, which the observer
    /// is told. Null when it has no session.
    /// </summary>
    public async Task<SessionEnd?> CloseChannelAsync(ChannelId channelId) =>
        _sessions.TryGetValue(channelId, out var session) ? await session.CloseChannelAsync() : null;

    /// <summary>Takes no more connections, ends all sessions in order, and returns when they have ended.</summary>
    public async Task StopAsync()
    {
        await StopListeningAsync();
        await Task.WhenAll(_sessions.Values.Concat(_routes.Values).Select(session => session.EndAsync(GoodbyeReason.Orderly, "this node stops")));
    }

    /// <summary>Stops without waiting for the peers.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync();
        foreach (var session in _sessions.Values.Concat(_routes.Values))
        {
            await session.DisposeAsync();
        }
    }

    private async Task StopListeningAsync()
    {
        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
    }

    private async Task AdmitAsync(Socket socket, Stranger stranger)
    {
        IFrameTransport? transport = null;
        try
        {
            var handshake = await _context.Handshake().AcceptAsync(SocketStream.Over(socket), _directory, stranger.Leaving);
            if (handshake.Fault != HandshakeFault.None)
            {
                LogRefused(handshake.Fault, handshake.Detail);
                return;
            }

            stranger.Dispose();
            transport = handshake.Transport!;
            await (handshake.Tag is { } tag ? StartRouteAsync(transport, tag) : StartSessionAsync(transport, handshake.Channel!));
            transport = null;
        }
        catch (OperationCanceledException)
        {
            // This node stops, or somebody else needed the place.
        }
#pragma warning disable CA1031 // One connection must not take the listener with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogAdmissionFailed(e);
        }
        finally
        {
            await (transport?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private async Task StartSessionAsync(IFrameTransport transport, TunnelChannel channel)
    {
        await _starting.WaitAsync(_stopping.Token);
        try
        {
            if (_sessions.TryGetValue(channel.ChannelId, out var old))
            {
                await old.DisposeAsync();
            }

            var engine = await _context.Engines.GetAsync(channel, _stopping.Token);
            var exit = _exit.OpenSession();
            var session = new TunnelSession(
                transport, SessionRole.Provider, engine, exit, _context.Services, _context.LoggerFactory.CreateLogger<TunnelSession>())
            {
                Packets = _context.Packets is { } packets ? new PacketOffer(packets, channel, exit.Rate) : null,
            };
            try
            {
                session.Start();
            }
            catch (InvalidOperationException)
            {
                // Taken up as a pool since the session was admitted. It stays that: nothing of this session may end it.
                exit.Dispose();
                throw;
            }

            _sessions[channel.ChannelId] = session;
            LogStarted(channel.ChannelId);
            _context.Observer?.OnSessionStarted(channel.ChannelId);
            _ = ObserveEndAsync(session, exit, channel.ChannelId);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task ObserveEndAsync(TunnelSession session, IExitSession exit, ChannelId channelId)
    {
        var end = await session.Completion;
        exit.Dispose();
        _sessions.TryRemove(KeyValuePair.Create(channelId, session));
        _context.Observer?.OnSessionEnded(channelId, end);
    }

    [LoggerMessage(1, LogLevel.Warning, "A connection could not be accepted: {Reason}")]
    private partial void LogAcceptFailed(string reason);

    [LoggerMessage(2, LogLevel.Information, "No session ({Fault}): {Detail}")]
    private partial void LogRefused(HandshakeFault fault, string detail);

    [LoggerMessage(3, LogLevel.Error, "A connection could not be served")]
    private partial void LogAdmissionFailed(Exception exception);

    [LoggerMessage(4, LogLevel.Information, "Session started for channel {ChannelId}")]
    private partial void LogStarted(ChannelId channelId);
}
