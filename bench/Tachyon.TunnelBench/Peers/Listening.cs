using System.Net;
using System.Net.Sockets;

namespace Tachyon.TunnelBench.Peers;

/// <summary>Waits for a loopback port to be listened on.</summary>
internal static class Listening
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task WaitAsync(int port, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                return;
            }
            catch (SocketException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }
}
