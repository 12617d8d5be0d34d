using System.Net;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>
/// The addresses that a provider gives to consumers, out of the networks of its device. A channel keeps its address over its
/// sessions, so that connections live through a reconnection. Thread safe.
/// </summary>
internal sealed class AddressPool
{
    // Behind the network's own address and this node's.
    private const int First = 2;
    private const int MaxLeases = 250;

    private readonly Lock _lock = new();
    private readonly Dictionary<ChannelId, int> _leases = [];
    private readonly LinkedList<ChannelId> _used = new();
    private readonly byte[] _ipv4;
    private readonly byte[] _ipv6;

    /// <summary>A pool over both networks; each has room for 256 addresses at least.</summary>
    public AddressPool(IPNetwork ipv4, IPNetwork ipv6)
    {
        if (ipv4.PrefixLength > 24 || ipv6.PrefixLength > 112)
        {
            throw new ArgumentException($"The networks {ipv4} and {ipv6} must have room for 256 addresses each.", nameof(ipv4));
        }

        IPv4 = ipv4;
        IPv6 = ipv6;
        _ipv4 = ipv4.BaseAddress.GetAddressBytes();
        _ipv6 = ipv6.BaseAddress.GetAddressBytes();
    }

    public IPNetwork IPv4 { get; }

    public IPNetwork IPv6 { get; }

    /// <summary>This node's own addresses: the first of each network.</summary>
    public TunAddresses Own => AddressesOf(1);

    /// <summary>A channel's addresses. Where all are given out, those go on that were not asked for the longest.</summary>
    public TunAddresses Lease(ChannelId channelId)
    {
        lock (_lock)
        {
            _used.Remove(channelId);
            if (!_leases.TryGetValue(channelId, out var number))
            {
                number = First + _leases.Count;
                if (_leases.Count == MaxLeases)
                {
                    var oldest = _used.First!.Value;
                    _used.RemoveFirst();
                    _leases.Remove(oldest, out number);
                }

                _leases[channelId] = number;
            }

            _used.AddLast(channelId);
            return AddressesOf(number);
        }
    }

    private TunAddresses AddressesOf(int number)
    {
        byte[] ipv4 = [.. _ipv4];
        byte[] ipv6 = [.. _ipv6];
        ipv4[^1] += (byte)number;
        ipv6[^1] += (byte)number;
        return new TunAddresses(new IPAddress(ipv4), new IPAddress(ipv6));
    }
}
