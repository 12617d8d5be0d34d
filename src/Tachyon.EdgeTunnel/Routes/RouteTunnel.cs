using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// A session with an exit inside a stream through the relay: opens streams for local clients that leave at the exit. The relay
/// carries what it cannot read; the exit learns of the consumer the route's key alone (protocol, Routes, 5).
/// </summary>
internal sealed class RouteTunnel : IStreamOpener, IAsyncDisposable
{
    private readonly TunnelSession _session;

    private RouteTunnel(ChannelId lockId, TunnelSession session)
    {
        LockId = lockId;
        _session = session;
    }

    /// <summary>The lock that pays.</summary>
    public ChannelId LockId { get; }

    /// <summary>Completes when the session has ended. Never faults.</summary>
    public Task<SessionEnd> Completion => _session.Completion;

    /// <summary>Reaches the exit through the relay and sets up a session.</summary>
    /// <param name="relay">The session with the relay.</param>
    /// <param name="route">The route; its lock's meter has begun.</param>
    /// <param name="meter">What the session is metered by.</param>
    /// <param name="context">This node's parts; nothing of it that would name this node is used.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RouteConnection> ConnectAsync(
        IStreamOpener relay, RouteRecord route, IUnitEngine meter, TunnelContext context, CancellationToken cancellationToken)
    {
        Endpoint.TrySplit(route.Endpoint, out var host, out var port);
        if (!TargetAddress.TryCreate(host, port, out var target))
        {
            return RouteConnection.Failed($"exit {route.Exit} is announced at {route.Endpoint}, which cannot be reached through a relay", null);
        }

        var opening = await relay.OpenAsync(target, cancellationToken);
        if (opening.Stream is not { } stream)
        {
            return RouteConnection.Failed(
                $"the relay does not reach exit {route.Exit} at {route.Endpoint}: {opening.Outcome}{Advice(opening.Outcome)}", null);
        }

        var path = new RelayedPath();
        stream.Attach(path.Outer);
        using var key = new KeySigner(route.RouteKey);
        var handshake = new SessionHandshake(
            key, context.Verifier, context.Domain, context.Services.Options.HandshakeTimeout, context.Services.Time)
        {
            Ciphers = context.Services.Options.RecordCiphers,
        };
        var made = await handshake.ConnectRouteAsync(path.Inner, route.Exit, route.Tag, cancellationToken);
        if (made.Transport is not { } transport)
        {
            return RouteConnection.Failed($"exit {route.Exit} takes no session: {made.Detail}", made.Reason);
        }

        var session = new TunnelSession(
            transport, SessionRole.Consumer, meter, null, context.Services, context.LoggerFactory.CreateLogger<TunnelSession>());
        session.Start();
        context.Observer?.OnSessionStarted(route.LockId);
        _ = ObserveEndAsync(session, route.LockId, context.Observer);
        return RouteConnection.Connected(new RouteTunnel(route.LockId, session));
    }

    /// <inheritdoc />
    public Task<StreamOpening> OpenAsync(TargetAddress target, CancellationToken cancellationToken) => _session.OpenAsync(target, cancellationToken);

    /// <inheritdoc />
    public Task<StreamOpening> OpenUdpAsync(CancellationToken cancellationToken) => _session.OpenUdpAsync(cancellationToken);

    /// <summary>What the session has carried.</summary>
    public SessionStats Snapshot() => _session.Snapshot();

    /// <summary>Ends the session in order; the lock stays active.</summary>
    public Task<SessionEnd> StopAsync() => _session.EndAsync(GoodbyeReason.Orderly, "this node ends the session");

    /// <summary>Hangs up without a word.</summary>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private static string Advice(OpenOutcome outcome) => outcome == OpenOutcome.RefusedByPolicy
        ? " (its egress policy may not allow it; choose another --via)"
        : "";

    private static async Task ObserveEndAsync(TunnelSession session, ChannelId lockId, ITunnelObserver? observer)
    {
        var end = await session.Completion;
        observer?.OnSessionEnded(lockId, end);
    }
}

/// <summary>A session with an exit, or why there is none.</summary>
/// <param name="Tunnel">The session; null where there is none.</param>
/// <param name="Detail">Why not, one line for people.</param>
/// <param name="Reason">What the exit said.</param>
internal sealed record RouteConnection(RouteTunnel? Tunnel, string Detail, GoodbyeReason? Reason)
{
    public static RouteConnection Connected(RouteTunnel tunnel) => new(tunnel, "", null);

    public static RouteConnection Failed(string detail, GoodbyeReason? reason) => new(null, detail, reason);
}
