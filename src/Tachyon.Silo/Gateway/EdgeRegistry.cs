using System.Collections.Concurrent;
using System.Net;
using Tachyon.Protocol.Identity;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Gateway;

/// <summary>The connections of this gateway: how many, whose, and what each identity may still ask. Thread-safe.</summary>
internal sealed class EdgeRegistry(GatewayOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<EdgeConnection, IPAddress> _connections = new();
    private readonly ConcurrentDictionary<IPAddress, int> _strangers = new();
    private readonly ConcurrentDictionary<Address, EdgeConnection> _edges = new();
    private readonly ConcurrentDictionary<Address, RequestBudget> _budgets = new();

    public int Connections => _connections.Count;

    public int Edges => _edges.Count;

    /// <summary>Admits a connection whose key is not proved yet. False when there are too many.</summary>
    public bool TryAdmit(EdgeConnection connection, IPAddress remote)
    {
        var strangers = _strangers.AddOrUpdate(remote, 1, (_, count) => count + 1);
        if (_connections.Count >= options.MaxConnections || strangers > options.MaxStrangers)
        {
            Forget(remote);
            return false;
        }

        _connections[connection] = remote;
        return true;
    }

    /// <summary>
    /// The connection proved a key. Gives the one that did so before it, which must go: an edge whose network broke comes
    /// back before its old connection is seen to be dead.
    /// </summary>
    public EdgeConnection? Identify(EdgeConnection connection, Address node)
    {
        Forget(_connections[connection]);
        EdgeConnection? before = null;
        _edges.AddOrUpdate(node, connection, (_, older) =>
        {
            before = older;
            return connection;
        });
        return before;
    }

    /// <summary>What an identity may ask, the same for all its connections in turn.</summary>
    public RequestBudget BudgetOf(Address node) =>
        _budgets.GetOrAdd(node, _ => new RequestBudget(options.RequestBurst, options.RequestsPerSecond, time));

    /// <summary>The connection ended.</summary>
    public void Remove(EdgeConnection connection, Address? node)
    {
        if (!_connections.TryRemove(connection, out var remote))
        {
            return;
        }

        if (node is not { } identity)
        {
            Forget(remote);
        }
        else if (_edges.TryRemove(new(identity, connection)))
        {
            // A spent budget stays, or connecting again would refill it; it goes when somebody else leaves later.
            foreach (var (address, budget) in _budgets)
            {
                if (budget.IsWhole && !_edges.ContainsKey(address))
                {
                    _budgets.TryRemove(address, out _);
                }
            }
        }
    }

    /// <summary>All connections, as when the silo stops.</summary>
    public IReadOnlyCollection<EdgeConnection> All() => [.. _connections.Keys];

    private void Forget(IPAddress remote)
    {
        // The last one takes the entry with it; a count that changed meanwhile keeps it.
        if (_strangers.AddOrUpdate(remote, 0, (_, count) => count - 1) <= 0)
        {
            _strangers.TryRemove(new(remote, 0));
        }
    }
}
