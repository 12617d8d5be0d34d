using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;

namespace Tachyon.Silo.Gateway;

/// <summary>An edge that proved its key, while its connection lasts: for whom it acts and what is pushed to it.</summary>
internal sealed class EdgeSession : IAsyncDisposable
{
    private readonly EdgeConnection _connection;
    private readonly EdgeServices _services;
    private readonly EdgePushes _pushes;
    private readonly Lazy<IProviderObserver> _providerReference;

    public EdgeSession(Address node, EdgeConnection connection, EdgeServices services)
    {
        Node = node;
        _connection = connection;
        _services = services;
        _pushes = new EdgePushes(this);
        Watch = new ChannelWatch(this, _pushes, services);
        _providerReference = new(() => services.Grains.CreateObjectReference<IProviderObserver>(_pushes));
    }

    /// <summary>The edge. It may act for its own channels and its own offer, and for nothing else.</summary>
    public Address Node { get; }

    /// <summary>Whether this edge announced an offer over this connection.</summary>
    public bool IsProvider { get; set; }

    /// <summary>The channels that push to this edge.</summary>
    public ChannelWatch Watch { get; }

    /// <summary>What the provider's grain pushes to.</summary>
    public IProviderObserver ProviderObserver => _providerReference.Value;

    public void Push(GatewayPush push) => _connection.Push(push);

    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync();
        if (_providerReference.IsValueCreated)
        {
            _services.Grains.DeleteObjectReference<IProviderObserver>(_providerReference.Value);
        }
    }
}
