using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.EdgeTunnel.Tun;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// A provider: announces its offer, confirms the channels that consumers open with it, serves their sessions, and has the
/// gateway keep the units that it earned.
/// </summary>
internal sealed partial class ProviderNode : INodeRole
{
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastWordsTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(1);

    // Who asks over the control socket waits for 10 s, a gateway may take 30.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(3);

    private readonly NodeParts _parts;
    private readonly ProvideOptions _options;
    private readonly TunnelContext _context;
    private readonly ProviderSessions _sessions;
    private readonly MonthlyCap _cap;
    private readonly ProviderDirectory _directory;
    private readonly ConfirmationDesk _desk;
    private readonly SessionHistory _history;
    private readonly UnitEngines _engines;
    private readonly ExitService? _exit;
    private readonly ILogger<ProviderNode> _logger;
    private volatile ProviderTunnel? _tunnel;

    public ProviderNode(NodeParts parts, ProvideOptions options)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(options);
        _parts = parts;
        _options = options;
        _logger = parts.LoggerFactory.CreateLogger<ProviderNode>();
        _history = new SessionHistory(parts.Journal, StatsOf, parts.Time, parts.LoggerFactory.CreateLogger<SessionHistory>());
        var observer = new NodeObserver(parts.Book, parts.Gateway, _history);
        var limits = new ServeLimits(options.ChannelCapBytes);
        _cap = new MonthlyCap(limits, options.MonthlyCapBytes, parts.Book, parts.Journal, parts.Time);
        _engines = parts.UnitEngines(observer, limits);
        _context = parts.TunnelContext(_engines, observer, parts.TunnelOptions with
        {
            MaxStreams = options.MaxStreams,
            IdleTimeout = options.IdleSession,
            SessionLimit = options.SessionLimit,
        });
        _sessions = new ProviderSessions(_engines);
        Closer = parts.Closer(_sessions);
        Watch = parts.CloseWatch(_sessions);
        observer.Closed += Closer.Follow;
        if (options.AcceptRoutes != RouteAcceptance.None)
        {
            _exit = new ExitService(parts, options.AcceptRoutes, _engines, Closer, observer);
            _context = _context with { Routes = _exit };
        }

        _directory = new ProviderDirectory(parts.Book, parts.Chain, Closer, parts.Peers, IsPool, LookTimeout, parts.Time);
        _desk = new ConfirmationDesk(
            parts.Book, parts.Journal, parts.Chain, parts.Gateway, parts.Key.Messages, parts.Deployment.Domain, options, _cap, parts.Peers,
            _engines.CountedBytes, parts.Time,
            parts.LoggerFactory.CreateLogger<ConfirmationDesk>());
    }

    public bool TakesChannels => true;

    public ChannelCloser Closer { get; }

    public CloseWatch Watch { get; }

    public NodeRoleView View => new("provider")
    {
        Listen = _tunnel?.LocalEndPoint.ToString(),
        Offer = new OfferDocument
        {
            Endpoint = _tunnel is { } tunnel ? EndpointTold(tunnel) : _options.Advertise ?? _options.Listen.ToString(),
            PricePerMB = _options.PricePerMB.ToString(),
            PricePerMBIpx = _options.PricePerMB.ToTokens(),
            TolerancePpm = _options.ToleranceLimitPpm,
            SlotsUsed = _desk.SlotsUsed,
            SlotsTotal = ProtocolConstants.MaxActiveChannels,
            NewChannels = !_desk.IsDraining,
        },
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var packets = StartTun();
        await using var tunnel = Listen(packets);
        _tunnel = tunnel;
        _sessions.Attach(tunnel);
        LogListening(tunnel.LocalEndPoint);
        await _engines.LoadAsync(_parts.Book, cancellationToken);
        _cap.Look();
        ResubmitEvidence();
        _parts.Progress.Set(NodeState.Starting, "waiting for the chain", NodeFault.ChainUnavailable);
        await _parts.Chain.Connected.WaitAsync(cancellationToken);
        await _parts.Chain.LookAsync(cancellationToken);
        Closer.Resume();

        // Kept by the client and said again after every reconnection; a gateway that is not there yet hears it when it is.
        var offer = new Announce(
            EndpointTold(tunnel), _options.PricePerMB, _options.ToleranceLimitPpm, ProtocolConstants.BytesPerKB, 0, ProtocolConstants.MaxActiveChannels,
            _options.ChannelCapBytes, _options.MonthlyCapBytes);
        var announced = await _parts.Gateway.AnnounceAsync(offer, cancellationToken);
        if (announced.Outcome == GatewayOutcome.Refused)
        {
            throw new NodeException(NodeFault.GatewayUnavailable, $"the gateway refuses the offer: {announced.Text}");
        }

        // A drain of an earlier run lasts at the silo until it is ended.
        await _parts.Gateway.DrainAsync(_desk.IsDraining, cancellationToken);
        _parts.Progress.Set(NodeState.Serving);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var desk = _desk.RunAsync(over.Token);
        var guard = GuardAsync(tunnel, over.Token);
        var routes = _exit?.RunAsync(over.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, _parts.Time, over.Token);
        try
        {
            await await Task.WhenAny(desk, guard, routes);
        }
        finally
        {
            await over.CancelAsync();
            await DrainAsync(tunnel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Closer.DisposeAsync();
        await (_exit?.DisposeAsync() ?? ValueTask.CompletedTask);
        _desk.Dispose();
        _engines.Dispose();
    }

    public bool IsPool(ChannelId channelId) => _exit?.IsPool(channelId) == true;

    public void Hear(GatewayPush push)
    {
        _exit?.Hear(push);
        switch (push)
        {
            case AcceptanceAsked asked:
                _ = _desk.AcceptAsync(asked, CancellationToken.None);
                break;
            case MonthAllowance allowance:
                _cap.Hear(allowance);
                break;
            case ClosureOffered offered:
                _ = TakeOfferedAsync(offered);
                break;
            case CloseAsked asked when _parts.Book.Find(asked.ChannelId) is { Stage: ChannelStage.Active }:
                // As the owner of this node may ask: at what was served, so nothing is lost if the gateway made it up.
                LogCloseAsked(asked.ChannelId);
                Closer.Begin(asked.ChannelId);
                break;
        }
    }

    public async Task<string?> TakeNewChannelsAsync(bool take, CancellationToken cancellationToken)
    {
        // Here first: from this moment on nothing new is confirmed, whether the silo hears of it now or when it is back.
        _desk.IsDraining = !take;
        LogTakesNewChannels(take);
        try
        {
            var answer = await _parts.Gateway.DrainAsync(!take, cancellationToken).WaitAsync(DrainPatience, _parts.Time, cancellationToken);
            return answer.IsDone ? null : $"the gateway is told as soon as it answers ({answer.Text})";
        }
        catch (TimeoutException)
        {
            return "the gateway is told as soon as it answers (it has not yet)";
        }
    }

    public ChannelStats? StatsOf(ChannelId channelId) => _engines.Stats(channelId);

    public SessionStats? SessionOf(ChannelId channelId) => _tunnel?.Snapshot(channelId);

    public void SampleUsage()
    {
        if (_tunnel is not { } tunnel)
        {
            return;
        }

        foreach (var channelId in tunnel.ActiveChannels)
        {
            if (tunnel.Snapshot(channelId) is { } stats)
            {
                _history.Sample(channelId, stats);
            }
        }

        foreach (var poolId in _exit?.Pools ?? [])
        {
            _history.Sample(poolId);
        }
    }

    // The silo may not have had the last units before this node stopped; it keeps only what is new to it.
    private void ResubmitEvidence()
    {
        foreach (var channel in _parts.Book.All.Where(channel => !channel.IsFinal))
        {
            if (_engines.Evidence(channel.ChannelId) is { } evidence && (evidence.Own ?? evidence.Peer) is not null)
            {
                _parts.Gateway.SubmitUnits(new ChannelUnits(evidence.Peer, evidence.Own));
            }
        }
    }

    // The gateway's word is not enough: the consumer's signature is, on a channel that this node's own endpoint shows.
    private async Task TakeOfferedAsync(ClosureOffered offered)
    {
        var closure = offered.Closure;
        if (_parts.Book.Find(closure.Closure.ChannelId) is not { Stage: ChannelStage.Active or ChannelStage.Closing } channel
            || channel.Terms.Consumer != offered.Signer
            || _parts.Verifier.Verify(closure.Closure, _parts.Deployment.Domain, closure.Signature, offered.Signer) != SignatureFault.None)
        {
            LogOfferIgnored(closure.Closure.ChannelId, offered.Signer);
            return;
        }

        try
        {
            if (await _engines.GetAsync(channel.ForTunnel(), CancellationToken.None) is ProviderUnitEngine engine)
            {
                LogClosureOffered(channel.ChannelId, offered.Signer, closure.Closure.BytesUsed);
                engine.TakeOffered(closure);
            }
        }
        catch (Exception fault) when (fault is JournalException or ObjectDisposedException)
        {
            // The node stops, or its journal failed, which shows elsewhere; the gateway offers it again.
            LogOfferNotTaken(channel.ChannelId, fault.Message);
        }
    }

    private string EndpointTold(ProviderTunnel tunnel) => _options.Advertise ?? tunnel.LocalEndPoint.ToString();

    private ProviderPackets? StartTun()
    {
        if (_options.Tun is not { } device)
        {
            return null;
        }

        try
        {
            // Datagrams come to the port of the same number as sessions do.
            return ProviderPackets.Start(device, _options, _parts.Tun, _parts.Time, _parts.LoggerFactory.CreateLogger<ProviderPackets>());
        }
        catch (Exception fault) when (fault is TunException or SocketException)
        {
            throw new NodeException(NodeFault.EndpointUnavailable, $"TUN mode cannot be had on {device} and UDP {_options.Listen}: {fault.Message}", fault);
        }
    }

    private ProviderTunnel Listen(ProviderPackets? packets)
    {
        var policy = new EgressPolicy(_options.EgressAllow, _options.Ports, OwnAddresses.OfMachine(_parts.Time));
        var exit = new NodeExit(policy, new SystemResolver(), new ExitOptions { CarriesUdp = _options.CarriesUdp }, _options.Limits, _parts.Time);
        try
        {
            return ProviderTunnel.Start(_options.Listen, _context with { Packets = packets }, _directory, exit);
        }
        catch (SocketException fault)
        {
            throw new NodeException(NodeFault.EndpointUnavailable, $"the tunnel cannot listen on {_options.Listen}: {fault.Message}", fault);
        }
    }

    // Ends sessions whose channel may no longer be served: it ends on chain, or the chain is out of sight too long.
    private async Task GuardAsync(ProviderTunnel tunnel, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = _parts.Book.Changed;
            _cap.Look();
            foreach (var channelId in tunnel.ActiveChannels)
            {
                if (_parts.Book.Find(channelId) is { } channel)
                {
                    _engines.RaiseCapacity(channelId, channel.CapacityBytes);
                    _engines.SeePaid(channelId, channel.PaidBytes);
                }

                if ((!Closer.IsClosing(channelId) || Closer.IsForced(channelId)) && _directory.Judge(channelId) is { Refusal: { } refusal } judgement)
                {
                    LogStopsServing(channelId, judgement.Detail);
                    _ = tunnel.EndSessionAsync(channelId, refusal, judgement.Detail);
                }
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(RoundInterval, _parts.Time, pause.Token));
            await pause.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task DrainAsync(ProviderTunnel tunnel)
    {
        _parts.Progress.Set(NodeState.Draining);
        _directory.Drain();
        _desk.IsDraining = true;

        // Nobody is matched to a node that stops; it is announced again when it starts. Sessions end in order whether the gateway
        // answers or not.
        await InTimeAsync(token => _parts.Gateway.WithdrawAsync(token));
        var started = _parts.Time.GetTimestamp();
        while (HasStreams(tunnel) && _parts.Time.GetElapsedTime(started) < _options.DrainTime)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), _parts.Time);
        }

        SampleUsage();
        await tunnel.StopAsync();
        await (_exit?.FlushAsync() ?? Task.CompletedTask);
        if (!await InTimeAsync(_parts.Gateway.FlushUnitsAsync))
        {
            // The gateway is away. The units are in the journal and go to it at the next start.
            LogNotFlushed(_parts.Gateway.WaitingUnits);
        }
    }

    // False where it took longer than a node that stops waits for its gateway.
    private async Task<bool> InTimeAsync(Func<CancellationToken, Task> work)
    {
        using var limit = new CancellationTokenSource(LastWordsTimeout, _parts.Time);
        try
        {
            await work(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static bool HasStreams(ProviderTunnel tunnel) =>
        tunnel.ActiveChannels.Any(channelId => tunnel.Snapshot(channelId) is { Streams: > 0 })
        || tunnel.ActiveRoutes.Any(tag => tunnel.SnapshotRoute(tag) is { Streams: > 0 });
}
