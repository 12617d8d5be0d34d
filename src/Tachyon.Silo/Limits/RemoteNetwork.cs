using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tachyon.Silo.Limits;

/// <summary>
/// What counts as one remote address: an IPv4 address, or the first 64 bits of an IPv6 address, all of which one customer
/// can choose from. Small, and without the allocations of <see cref="IPAddress"/>.
/// </summary>
internal readonly record struct RemoteNetwork(AddressFamily Family, ulong Prefix)
{
    /// <summary>
    /// The network that it lies in, as providers are counted by in a directory: the first 24 bits of an IPv4 address, 48 of an
    /// IPv6 address. Never 0, which stands for none.
    /// </summary>
    public ulong Source => Family == AddressFamily.InterNetwork ? (1UL << 32) | (Prefix >> 8) : (1UL << 48) | (Prefix >> 16);

    public static RemoteNetwork Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? new RemoteNetwork(AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new RemoteNetwork(AddressFamily.InterNetworkV6, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
