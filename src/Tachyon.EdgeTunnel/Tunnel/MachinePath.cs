using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>Connections that never leave the machine, as that of an application to its consumer's proxy.</summary>
internal static class MachinePath
{
    private const int TcpLevel = 6;
    private const int CongestionControl = 13;

    /// <summary>
    /// Takes the pacing off a connected socket whose peer is on this machine. Where the system paces (BBR), each of its sends waits for a
    /// timer, though nothing on the way can be congested; that takes a sixth of a stream's speed. Linux only; elsewhere nothing.
    /// </summary>
    public static void Unpace(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            if (socket is { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint remote } && IsWithin(local.Address, remote.Address))
            {
                // The one that every kernel has and lets everybody choose.
                socket.SetRawSocketOption(TcpLevel, CongestionControl, "reno"u8);
            }
        }
        catch (SocketException)
        {
            // Refused, or the peer has gone already: it works without.
        }
    }

    /// <summary>Whether a connection between these addresses stays on one machine.</summary>
    public static bool IsWithin(IPAddress local, IPAddress remote)
    {
        ArgumentNullException.ThrowIfNull(remote);
        return IPAddress.IsLoopback(remote) || remote.Equals(local);
    }
}
