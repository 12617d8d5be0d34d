using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>
/// The edge's connection to a gateway of its operator: keeps trying one after the other, proves the key, announces again after every reconnection,
/// and sends units until the silo has them durably. A silo that is not there is a status, never an end of the edge.
/// </summary>
/// <remarks>Thread-safe. Call <see cref="Start"/> once; dispose to end.</remarks>
internal sealed partial class GatewayClient : IAsyncDisposable
{
    private readonly GatewayClientOptions _options;
    private readonly INodeSigner _signer;
    private readonly IGatewayConnector _connector;
    private readonly TimeProvider _time;
    private readonly ILogger<GatewayClient> _logger;
    private readonly Channel<GatewayPush> _pushes;
    private readonly UnitOutbox _units;
    private readonly CancellationTokenSource _stopping = new();

    private volatile GatewayAddress _gateway;
    private volatile GatewaySession? _session;
    private volatile GatewayStatus _status = GatewayStatus.Stopped;
    private volatile Announce? _offer;
    private volatile bool _draining;
    private volatile bool _mustAnnounceAgain;
    private long _connections;
    private Task _running = Task.CompletedTask;

    public GatewayClient(
        GatewayClientOptions options, INodeSigner signer, IGatewayConnector connector, TimeProvider time, ILogger<GatewayClient> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(options.Gateways.Count, nameof(options));
        _options = options;
        _gateway = options.Gateways[0];
        _signer = signer;
        _connector = connector;
        _time = time;
        _logger = logger;
        _units = new UnitOutbox(time);
        _pushes = Channel.CreateBounded<GatewayPush>(
            new BoundedChannelOptions(options.MaxWaitingPushes) { FullMode = BoundedChannelFullMode.DropOldest });
    }

    /// <summary>Raised after every change of <see cref="Status"/>. Handlers must return quickly.</summary>
    public event Action<GatewayStatus>? StatusChanged;

    /// <summary>Raised for each channel of an answered unit batch: what is durable at the silo, or why it was refused. Handlers must return quickly.</summary>
    public event Action<ChannelUnitsAck>? UnitsAnswered;

    /// <summary>The state of the connection.</summary>
    public GatewayStatus Status => _status;

    /// <summary>The gateway that the client is connected to, or tries next.</summary>
    public GatewayAddress Gateway => _gateway;

    /// <summary>Who runs the gateway that the client is connected to, as it says itself; null without a connection.</summary>
    public Address? Operator => _session?.Operator;

    /// <summary>Counts connections, so that whoever has to say something once on each can tell them apart.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>What the silo pushes, in order. A hint each time: the edge believes only its own RPC endpoint.</summary>
    public ChannelReader<GatewayPush> Pushes => _pushes.Reader;

    /// <summary>The number of channels with units that the silo does not have durably yet.</summary>
    public int WaitingUnits => _units.Count;

    /// <summary>Begins to connect, and keeps at it until disposed.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>
    /// Announces an offer now if there is a connection, again at heartbeats while the silo cannot take it, and after every
    /// reconnection, until <see cref="WithdrawAsync"/>.
    /// </summary>
    public async Task<GatewayAnswer<Accepted>> AnnounceAsync(Announce offer, CancellationToken cancellationToken)
    {
        _offer = offer;
        return Noted(await AskAsync(offer, cancellationToken));
    }

    /// <summary>Takes no new channels from now on, or does so again. The silo keeps that; it is told again after reconnections.</summary>
    public async Task<GatewayAnswer<Accepted>> DrainAsync(bool draining, CancellationToken cancellationToken)
    {
        _draining = draining;
        return Noted(await AskAsync(new Drain(draining), cancellationToken));
    }

    /// <summary>Takes the offer back.</summary>
    public Task<GatewayAnswer<Accepted>> WithdrawAsync(CancellationToken cancellationToken)
    {
        _offer = null;
        return AskAsync(Withdraw.Instance, cancellationToken);
    }

    /// <summary>
    /// Hands over units to be kept by the silo. They are sent, and sent again, until it has them; newer ones of the same
    /// channel take the place of older ones. False when too many channels wait already.
    /// </summary>
    public bool SubmitUnits(ChannelUnits units) => _units.Add(units);

    /// <summary>Drops units that the silo has not taken, as when their channel is settled.</summary>
    public void ForgetUnits(ChannelId channelId) => _units.Forget(channelId);

    /// <summary>Completes when the silo has taken, or refused for good, all units handed over.</summary>
    public async Task FlushUnitsAsync(CancellationToken cancellationToken)
    {
        for (var changed = _units.Changed; _units.Count > 0; changed = _units.Changed)
        {
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks the silo, within the request time limit. Every request may be repeated without harm.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<GatewayAnswer<TReply>> AskAsync<TReply>(GatewayRequest<TReply> request, CancellationToken cancellationToken)
        where TReply : GatewayReply
    {
        ArgumentNullException.ThrowIfNull(request);
        return _session is { } session
            ? await AskAsync(session, request, cancellationToken)
            : GatewayAnswer<TReply>.NotConnected(NotConnectedText());
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _pushes.Writer.TryComplete();
        _stopping.Dispose();
    }

    private string NotConnectedText()
    {
        var where = _options.Gateways.Count == 1 ? $"the gateway at {_gateway.Url}" : $"any of the {_options.Gateways.Count} gateways";
        return _status.Text.Length > 0 ? $"no connection to {where}: {_status.Text}" : $"no connection to {where}";
    }

    private void SetStatus(GatewayStatus status)
    {
        var before = _status;
        _status = status;
        if (before.Phase != status.Phase || before.Fault != status.Fault)
        {
            StatusChanged?.Invoke(status);
        }
    }
}
