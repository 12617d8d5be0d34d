using System.Net;
using System.Net.Sockets;

namespace Tachyon.Demo;

/// <summary>The loopback ports of one demo run, consecutive from a base.</summary>
internal sealed record DemoPorts(int Base)
{
    public int Chain => Base;

    public int Gateway => Base + 1;

    public int SiloToSilo => Base + 2;

    public int SiloClients => Base + 3;

    public int ProviderTunnel => Base + 4;

    public int Socks => Base + 5;

    public int FileServer => Base + 6;

    /// <summary>Of a route's exit; the provider's is the relay's then.</summary>
    public int ExitTunnel => Base + 7;

    /// <exception cref="DemoFailure">A port is taken; the message names all that are.</exception>
    public void EnsureFree()
    {
        (int Port, string Use)[] all =
        [
            (Chain, "anvil"), (Gateway, "gateway"), (SiloToSilo, "silo"), (SiloClients, "silo clients"),
            (ProviderTunnel, "provider tunnel"), (Socks, "SOCKS5"), (FileServer, "web server"), (ExitTunnel, "exit tunnel"),
        ];
        string[] taken = [.. all.Where(p => IsTaken(p.Port)).Select(p => $"{p.Port} ({p.Use})")];
        if (taken.Length > 0)
        {
            throw new DemoFailure(
                $"already in use: port {string.Join(", ", taken)}. Stop what listens there, or choose others with --port-base.");
        }
    }

    private static bool IsTaken(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.ExclusiveAddressUse = true;
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            probe.Listen();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
