using System.Collections.Concurrent;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Gateway;

/// <summary>The connections of this gateway: how many, and whose. Thread-safe.</summary>
internal sealed class EdgeRegistry(GatewayOptions options)
{
    private readonly ConcurrentDictionary<EdgeConnection, AddressBudget> _connections = new();
    private readonly ConcurrentDictionary<Address, EdgeConnection> _edges = new();
    private volatile bool _isClosed;

    // The dictionaries count by locking all of themselves, and every scrape of the metrics asks.
    private int _connectionCount;

    public int Connections => Volatile.Read(ref _connectionCount);

    public int Edges => _edges.Count;

    /// <summary>Whether the silo is stopping. To be asked after being admitted: whoever is too late for <see cref="Close"/> sees it here.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Admits a connection whose key is not proved yet. False when there are too many.</summary>
    public bool TryAdmit(EdgeConnection connection, AddressBudget address)
    {
        if (!address.TryConnect())
        {
            return false;
        }

        if (Interlocked.Increment(ref _connectionCount) > options.MaxConnections)
        {
            Interlocked.Decrement(ref _connectionCount);
            address.Disconnect(wasStranger: true);
            return false;
        }

        _connections[connection] = address;
        return true;
    }

    /// <summary>
    /// The connection proved a key. Gives the one that did so before it, which must go: an edge whose network broke comes
    /// back before its old connection is seen to be dead.
    /// </summary>
    public EdgeConnection? Identify(EdgeConnection connection, Address node)
    {
        _connections[connection].Identify();
        EdgeConnection? before = null;
        _edges.AddOrUpdate(node, connection, (_, older) =>
        {
            before = older;
            return connection;
        });
        return before;
    }

    /// <summary>The connection ended.</summary>
    public void Remove(EdgeConnection connection, Address? node)
    {
        if (!_connections.TryRemove(connection, out var address))
        {
            return;
        }

        Interlocked.Decrement(ref _connectionCount);
        address.Disconnect(wasStranger: node is null);
        if (node is { } identity)
        {
            _edges.TryRemove(new(identity, connection));
        }
    }

    /// <summary>Pushes the same to every edge that proved its key; see <see cref="EdgeConnection.Offer"/>.</summary>
    public void Broadcast(GatewayPush push)
    {
        // Encoded once: there may be tens of thousands of edges.
        var message = GatewayCodec.Encode(0, push);
        foreach (var (_, edge) in _edges)
        {
            edge.Offer(message);
        }
    }

    /// <summary>Marks the gateway as closed and gives all connections, as when the silo stops.</summary>
    public IReadOnlyCollection<EdgeConnection> Close()
    {
        _isClosed = true;
        return [.. _connections.Keys];
    }
}
