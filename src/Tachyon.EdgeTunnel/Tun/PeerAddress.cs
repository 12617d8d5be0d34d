namespace Tachyon.EdgeTunnel.Tun;

/// <summary>Where a path's datagrams go, as the kernel writes it (struct sockaddr). Thread safe.</summary>
internal sealed class PeerAddress
{
    /// <summary>Enough for IPv4 and IPv6.</summary>
    public const int MaxBytes = 28;

    private byte[] _bytes = [];

    /// <summary>The address; empty while it is not known, and for a socket that is connected.</summary>
    public ReadOnlySpan<byte> Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether this is the address.</summary>
    public bool Is(ReadOnlySpan<byte> address) => Bytes.SequenceEqual(address);

    /// <summary>Another address from now on. A sender reads the old one or the new one, never parts of both.</summary>
    public void Set(ReadOnlySpan<byte> address) => Volatile.Write(ref _bytes, address.ToArray());
}
