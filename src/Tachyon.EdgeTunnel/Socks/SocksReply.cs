using System.Net;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>The reply codes of RFC 1928, and how the tunnel's outcomes become one.</summary>
internal enum SocksReply : byte
{
    Succeeded = 0,
    GeneralFailure = 1,
    NotAllowed = 2,
    NetworkUnreachable = 3,
    HostUnreachable = 4,
    ConnectionRefused = 5,
    TimedOut = 6,
    CommandNotSupported = 7,
    AddressTypeNotSupported = 8,
}

/// <summary>Replies as bytes.</summary>
internal static class SocksReplies
{
    /// <summary>The method that the server chose: none that the client offers.</summary>
    public static ReadOnlySpan<byte> NoMethod => [SocksMessages.Version, 0xff];

    /// <summary>The method that the server chose: no authentication.</summary>
    public static ReadOnlySpan<byte> MethodOpen => [SocksMessages.Version, 0];

    /// <summary>The method that the server chose: user and password.</summary>
    public static ReadOnlySpan<byte> MethodPassword => [SocksMessages.Version, 2];

    /// <summary>User and password are right.</summary>
    public static ReadOnlySpan<byte> PasswordTaken => [1, 0];

    /// <summary>User or password is wrong.</summary>
    public static ReadOnlySpan<byte> PasswordRefused => [1, 1];

    /// <summary>
    /// The reply to a request. The bound address is told as 0.0.0.0:0, since it is the exit's and no business of the client.
    /// </summary>
    public static byte[] Encode(SocksReply reply) => [SocksMessages.Version, (byte)reply, 0, 1, 0, 0, 0, 0, 0, 0];

    /// <summary>The reply to an association: where the client is to send its datagrams.</summary>
    public static byte[] EncodeRelay(IPEndPoint relay)
    {
        var address = relay.Address.GetAddressBytes();
        return
        [
            SocksMessages.Version, (byte)SocksReply.Succeeded, 0, address.Length == 4 ? (byte)1 : (byte)4, .. address,
            (byte)(relay.Port >> 8), (byte)relay.Port,
        ];
    }

    /// <summary>The reply that tells a client what became of its stream.</summary>
    public static SocksReply For(OpenOutcome outcome) => outcome switch
    {
        OpenOutcome.Connected => SocksReply.Succeeded,
        OpenOutcome.RefusedByPolicy => SocksReply.NotAllowed,
        OpenOutcome.NameNotFound or OpenOutcome.HostUnreachable => SocksReply.HostUnreachable,
        OpenOutcome.NetworkUnreachable or OpenOutcome.NotServing => SocksReply.NetworkUnreachable,
        OpenOutcome.ConnectionRefused => SocksReply.ConnectionRefused,
        // RFC 1928 calls this code "TTL expired"; it is what clients show as a time-out.
        OpenOutcome.TimedOut => SocksReply.TimedOut,
        _ => SocksReply.GeneralFailure,
    };

    /// <summary>The reply to a request that could not be read.</summary>
    public static SocksReply For(SocksParse fault) => fault switch
    {
        SocksParse.UnknownAddressType => SocksReply.AddressTypeNotSupported,
        SocksParse.BadTarget => SocksReply.HostUnreachable,
        _ => SocksReply.GeneralFailure,
    };
}
