using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Gateway;

/// <summary>An edge that proved its key, while its connection lasts: for whom it acts and what is pushed to it.</summary>
internal sealed class EdgeSession : IAsyncDisposable
{
    private readonly EdgeConnection _connection;
    private readonly EdgeServices _services;

    // Orleans holds observers weakly; this holds on to it.
    private readonly EdgePushes _pushes;
    private readonly RoutePushes _routePushes;

    public EdgeSession(Address node, EdgeConnection connection, EdgeServices services, NamedChannels names, PaidUse paid, ulong source)
    {
        Node = node;
        Names = names;
        Paid = paid;
        Source = source;
        _connection = connection;
        _services = services;
        _pushes = new EdgePushes(this);

        // Made here and not when first needed: that may be within a push, where Orleans makes no references.
        ProviderObserver = services.Grains.CreateObjectReference<IProviderObserver>(_pushes);
        _routePushes = new RoutePushes(this, services.Routes.StepBytes);
        RouteObserver = services.Grains.CreateObjectReference<IRouteObserver>(_routePushes);
        Pools = new PoolWatch(this, services.Grains.CreateObjectReference<IPoolObserver>(_routePushes), services);
        Watch = new ChannelWatch(this, services.Grains.CreateObjectReference<IChannelObserver>(_pushes), services);
    }

    /// <summary>The edge. It may act for its own channels and its own offer, and for nothing else.</summary>
    public Address Node { get; }

    /// <summary>The network that it is connected from, as the directory counts them.</summary>
    public ulong Source { get; }

    /// <summary>Whether this edge announced an offer over this connection.</summary>
    public bool IsProvider { get; set; }

    /// <summary>What it costs the edge to name a channel.</summary>
    public NamedChannels Names { get; }

    /// <summary>What of its requests is given back.</summary>
    public PaidUse Paid { get; }

    /// <summary>What the edge was last told of its monthly cap; null before.</summary>
    public ulong? MonthBytesLeft { get; set; }

    /// <summary>The channels that push to this edge.</summary>
    public ChannelWatch Watch { get; }

    /// <summary>What the provider's grain pushes to.</summary>
    public IProviderObserver ProviderObserver { get; }

    /// <summary>What a lock's proxy pushes to.</summary>
    public IRouteObserver RouteObserver { get; }

    /// <summary>The pools that push to this edge.</summary>
    public PoolWatch Pools { get; }

    public void Push(GatewayPush push) => _connection.Push(push);

    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync();
        await Pools.DisposeAsync();
        _services.Grains.DeleteObjectReference<IRouteObserver>(RouteObserver);
        _services.Grains.DeleteObjectReference<IProviderObserver>(ProviderObserver);
    }
}
