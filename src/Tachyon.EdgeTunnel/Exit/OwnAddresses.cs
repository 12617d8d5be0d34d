using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>
/// The addresses of this machine. What goes to one of them never leaves it, and its services and firewall take it for their own
/// machine's, so that a public one must be refused like loopback. Thread safe.
/// </summary>
/// <param name="list">All of them, as they are now.</param>
/// <param name="time">Ages what was listed.</param>
internal sealed class OwnAddresses(Func<IEnumerable<IPAddress>> list, TimeProvider time)
{
    // Listing takes milliseconds; interfaces seldom change.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Listed? _listed;

    /// <summary>Those of the machine's network interfaces.</summary>
    public static OwnAddresses OfMachine(TimeProvider time) => new(OfInterfaces, time);

    public bool Contains(IPAddress address)
    {
        var listed = Volatile.Read(ref _listed);
        if (listed is null || time.GetElapsedTime(listed.At) >= MaxAge)
        {
            lock (_lock)
            {
                listed = _listed;
                if (listed is null || time.GetElapsedTime(listed.At) >= MaxAge)
                {
                    listed = new Listed(time.GetTimestamp(), list().Select(Plain).ToFrozenSet());
                    Volatile.Write(ref _listed, listed);
                }
            }
        }

        return listed.Addresses.Contains(Plain(address));
    }

    // Without a zone, which would make two of one address.
    private static IPAddress Plain(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return new IPAddress(bytes[..length]);
    }

    private static IEnumerable<IPAddress> OfInterfaces() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address);

    private sealed record Listed(long At, FrozenSet<IPAddress> Addresses);
}
