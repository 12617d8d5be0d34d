using System.Buffers.Binary;
using System.Net;
using System.Text;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>
/// The messages that a SOCKS 5 client sends (RFC 1928, RFC 1929), read from whatever has arrived so far.
/// <code>
///   greeting   05 | n | n methods
///   password   01 | n | n bytes of user | m | m bytes of password
///   request    05 | command | 00 | type | address | port u16
///              type 1: 4 bytes, 3: length and name, 4: 16 bytes
/// </code>
/// Pure; nothing is kept between calls. <c>readBytes</c> tells what a complete message took.
/// </summary>
internal static class SocksMessages
{
    /// <summary>The version in greeting and request.</summary>
    public const byte Version = 5;

    /// <summary>The longest message of all: a request with a name of 255 bytes is shorter than a password message.</summary>
    public const int MaxBytes = 3 + 255 + 255;

    private const byte PasswordVersion = 1;

    /// <summary>Reads the greeting.</summary>
    public static SocksParse ReadGreeting(ReadOnlySpan<byte> bytes, out SocksMethods methods, out int readBytes)
    {
        methods = SocksMethods.None;
        readBytes = 0;
        if (bytes.Length < 1)
        {
            return SocksParse.Incomplete;
        }

        if (bytes[0] != Version)
        {
            return SocksParse.WrongVersion;
        }

        if (bytes.Length < 2 || bytes.Length < 2 + bytes[1])
        {
            return SocksParse.Incomplete;
        }

        foreach (var method in bytes.Slice(2, bytes[1]))
        {
            methods |= method switch
            {
                0 => SocksMethods.Open,
                2 => SocksMethods.Password,
                _ => SocksMethods.None,
            };
        }

        readBytes = 2 + bytes[1];
        return SocksParse.Complete;
    }

    /// <summary>Reads user and password; the slices are of <paramref name="bytes"/>.</summary>
    public static SocksParse ReadPassword(
        ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> user, out ReadOnlySpan<byte> password, out int readBytes)
    {
        user = password = default;
        readBytes = 0;
        if (bytes.Length < 1)
        {
            return SocksParse.Incomplete;
        }

        if (bytes[0] != PasswordVersion)
        {
            return SocksParse.WrongVersion;
        }

        if (bytes.Length < 2 || bytes.Length < 3 + bytes[1])
        {
            return SocksParse.Incomplete;
        }

        int userBytes = bytes[1];
        int passwordBytes = bytes[2 + userBytes];
        if (bytes.Length < 3 + userBytes + passwordBytes)
        {
            return SocksParse.Incomplete;
        }

        user = bytes.Slice(2, userBytes);
        password = bytes.Slice(3 + userBytes, passwordBytes);
        readBytes = 3 + userBytes + passwordBytes;
        return SocksParse.Complete;
    }

    /// <summary>Reads the request. With <see cref="SocksParse.BadTarget"/> the command is set too.</summary>
    public static SocksParse ReadRequest(ReadOnlySpan<byte> bytes, out SocksCommand command, out TargetAddress target, out int readBytes)
    {
        command = SocksCommand.None;
        target = default;
        readBytes = 0;
        if (bytes.Length < 1)
        {
            return SocksParse.Incomplete;
        }

        if (bytes[0] != Version)
        {
            return SocksParse.WrongVersion;
        }

        if (bytes.Length < 5)
        {
            return SocksParse.Incomplete;
        }

        if (bytes[2] != 0)
        {
            return SocksParse.Malformed;
        }

        var (addressStart, addressBytes) = bytes[3] switch
        {
            1 => (4, 4),
            3 => (5, bytes[4]),
            4 => (4, 16),
            _ => (0, 0),
        };
        if (addressStart == 0)
        {
            return SocksParse.UnknownAddressType;
        }

        var requestBytes = addressStart + addressBytes + 2;
        if (bytes.Length < requestBytes)
        {
            return SocksParse.Incomplete;
        }

        var address = bytes.Slice(addressStart, addressBytes);
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[(addressStart + addressBytes)..]);
        command = (SocksCommand)bytes[1];
        readBytes = requestBytes;

        // Latin-1 keeps every byte one character, so that what is not ASCII is refused and not replaced.
        var valid = bytes[3] == 3
            ? TargetAddress.TryCreate(Encoding.Latin1.GetString(address), port, out target)
            : TargetAddress.TryCreate(new IPAddress(address), port, out target);
        return valid ? SocksParse.Complete : SocksParse.BadTarget;
    }
}

/// <summary>What a client can authenticate with.</summary>
[Flags]
internal enum SocksMethods
{
    /// <summary>Nothing that is known here.</summary>
    None = 0,

    /// <summary>No authentication.</summary>
    Open = 1,

    /// <summary>User and password.</summary>
    Password = 2,
}

/// <summary>What a client asks for.</summary>
internal enum SocksCommand : byte
{
    None = 0,
    Connect = 1,
    Bind = 2,
    UdpAssociate = 3,
}
