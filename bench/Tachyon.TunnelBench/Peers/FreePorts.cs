using System.Net;
using System.Net.Sockets;

namespace Tachyon.TunnelBench.Peers;

/// <summary>Loopback ports that nobody listens on now.</summary>
internal static class FreePorts
{
    public static int Next() => Next(1);

    /// <summary>The first of several consecutive ones.</summary>
    public static int Next(int count)
    {
        while (true)
        {
            var probes = new List<Socket>();
            try
            {
                probes.Add(Bind(0));
                var first = ((IPEndPoint)probes[0].LocalEndPoint!).Port;
                for (var i = 1; i < count; i++)
                {
                    probes.Add(Bind(first + i));
                }

                return first;
            }
            catch (SocketException)
            {
                // One of them is taken: try another place.
            }
            finally
            {
                probes.ForEach(probe => probe.Dispose());
            }
        }
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
