using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>
/// The header of a datagram between a SOCKS 5 client and its relay (RFC 1928, section 7):
/// <code>reserved u16 | fragment u8 | type | address | port u16 | data</code>
/// Behind the first three bytes it is the body of a <see cref="UdpMessage"/>, byte for byte.
/// </summary>
internal static class SocksUdpHeader
{
    /// <summary>Bytes in front of the body.</summary>
    public const int Bytes = 3;

    /// <summary>Reads a client's datagram.</summary>
    /// <param name="datagram">What the relay received.</param>
    /// <param name="body">Address and data, checked.</param>
    /// <returns>False for what is dropped: fragments, which nobody reassembles here, and what is malformed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (datagram.Length < Bytes + UdpMessage.MinBodyBytes || datagram.Length > Bytes + UdpMessage.MaxBodyBytes || datagram[2] != 0
            || UdpMessage.TryRead(datagram[Bytes..], out _, out _) != FrameError.None)
        {
            return false;
        }

        body = datagram[Bytes..];
        return true;
    }

    /// <summary>Writes a datagram for the client.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> body)
    {
        destination[..Bytes].Clear();
        body.CopyTo(destination[Bytes..]);
        return Bytes + body.Length;
    }
}
