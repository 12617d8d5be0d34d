using System.Net;
using System.Net.Sockets;

namespace Tachyon.Testing;

/// <summary>Ports for programs that cannot choose one themselves. Prefer port 0: another process may take this one first.</summary>
public static class FreePort
{
    /// <summary>A loopback TCP port that is free just now.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
