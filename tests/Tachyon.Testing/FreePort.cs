using System.Net;
using System.Net.Sockets;

namespace Tachyon.Testing;

/// <summary>Ports for programs that cannot choose one themselves, and for addresses at which nobody is to answer. Prefer port 0.</summary>
/// <remarks>
/// They lie below those that systems give to connections and to port 0, of which a test run uses thousands: none of these takes one of them
/// before the program does.
/// </remarks>
public static class FreePort
{
    private const int First = 12_000;
    private const int Count = 8_000;

    private static int _newest = Random.Shared.Next(Count);

    /// <summary>A loopback TCP port that is free just now, and another one each time.</summary>
    public static int Next()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _newest) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Something else on this machine has it.
            }
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }
}
