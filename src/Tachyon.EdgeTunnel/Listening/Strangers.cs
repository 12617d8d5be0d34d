using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Listening;

/// <summary>
/// The connections of a listener that have not introduced themselves, so many at a time. Whoever comes always gets in: when all
/// places are taken, the one that has been silent for longest goes, of the address that has the most. So silence holds nobody up, and
/// who fills the places from one address only puts out its own. Thread safe.
/// </summary>
internal sealed class Strangers(int places)
{
    // What one customer of a network is usually given (RFC 6177): counting single addresses would count nothing.
    private const int HostBytesV6 = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<Stranger> _silent = [];
    private readonly HashSet<Stranger> _speaking = [];
    private TaskCompletionSource? _room;

    /// <summary>Lets one in, and puts another out where there are too many.</summary>
    /// <param name="address">Where it comes from; null if it has left already.</param>
    /// <param name="stopping">The listener stops.</param>
    public Stranger Enter(IPAddress? address, CancellationToken stopping)
    {
        var stranger = new Stranger(this, OriginOf(address), stopping);
        Stranger? victim;
        lock (_lock)
        {
            victim = _silent.Count > 0 && _silent.Count + _speaking.Count >= places ? TakeVictim() : null;
            _silent.AddLast(stranger);
        }

        victim?.PutOut();
        return stranger;
    }

    /// <summary>Completes when one can be let in: at once, unless every place is held by somebody who has spoken.</summary>
    public Task RoomAsync()
    {
        lock (_lock)
        {
            if (_speaking.Count < places)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>It is not silent any more.</summary>
    public void Keep(Stranger stranger)
    {
        lock (_lock)
        {
            if (_silent.Remove(stranger))
            {
                _speaking.Add(stranger);
            }
        }
    }

    /// <summary>It is no stranger any more, or gone.</summary>
    public void Leave(Stranger stranger)
    {
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            if (_silent.Remove(stranger) || _speaking.Remove(stranger))
            {
                room = _speaking.Count < places ? Interlocked.Exchange(ref _room, null) : null;
            }
        }

        room?.SetResult();
    }

    private static IPAddress OriginOf(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(HostBytesV6).Clear();
        return new IPAddress(bytes);
    }

    // The oldest of the origin with the most; of several such, the oldest of all.
    private Stranger TakeVictim()
    {
        var counts = new Dictionary<IPAddress, int>();
        foreach (var stranger in _silent)
        {
            counts[stranger.Origin] = counts.GetValueOrDefault(stranger.Origin) + 1;
        }

        var most = counts.Values.Max();
        var victim = _silent.First(stranger => counts[stranger.Origin] == most);
        _silent.Remove(victim);
        return victim;
    }
}
