using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <content>Sessions of routes: they come through relays, and belong to a tag instead of a channel.</content>
internal sealed partial class ProviderTunnel
{
    private readonly ConcurrentDictionary<Bytes32, TunnelSession> _routes = new();

    /// <summary>The routes that have a session now.</summary>
    public IReadOnlyCollection<Bytes32> ActiveRoutes => [.. _routes.Keys];

    /// <summary>What a route's session has carried; null when it has none.</summary>
    public SessionStats? SnapshotRoute(Bytes32 tag) => _routes.TryGetValue(tag, out var session) ? session.Snapshot() : null;

    private async Task StartRouteAsync(IFrameTransport transport, Bytes32 tag)
    {
        await _starting.WaitAsync(_stopping.Token);
        try
        {
            if (_routes.TryGetValue(tag, out var old))
            {
                await old.DisposeAsync();
            }

            if (_context.Routes?.FindEngine(tag) is not { } engine)
            {
                await transport.DisposeAsync();
                return;
            }

            var exit = _exit.OpenSession();
            var session = new TunnelSession(
                transport, SessionRole.Provider, engine, exit, _context.Services, _context.LoggerFactory.CreateLogger<TunnelSession>());
            _routes[tag] = session;
            session.Start();
            LogRouteStarted(tag);
            _ = ObserveRouteAsync(session, exit, tag);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task ObserveRouteAsync(TunnelSession session, IExitSession exit, Bytes32 tag)
    {
        await session.Completion;
        exit.Dispose();
        _routes.TryRemove(KeyValuePair.Create(tag, session));
    }

    [LoggerMessage(5, LogLevel.Information, "Session started for route {Tag}")]
    private partial void LogRouteStarted(Bytes32 tag);
}
