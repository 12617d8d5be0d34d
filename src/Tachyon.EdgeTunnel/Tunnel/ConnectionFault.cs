using System.Net.Sockets;
using System.Security.Authentication;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Tells a connection that broke, which any peer can cause at any time, from a fault in this program.</summary>
internal static class ConnectionFault
{
    public static bool Is(Exception exception) => exception
        is IOException
        or SocketException
        or ObjectDisposedException
        or AuthenticationException
        or OperationCanceledException
        // What SslStream throws when it is used after its other direction failed.
        or InvalidOperationException { Source: "System.Net.Security" };
}
