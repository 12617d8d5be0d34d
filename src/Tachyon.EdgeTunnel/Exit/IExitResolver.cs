using System.Net;
using System.Net.Sockets;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>Resolves names at the exit.</summary>
internal interface IExitResolver
{
    /// <summary>The addresses of a name in order of preference; empty when it has none.</summary>
    /// <exception cref="SocketException">The resolver itself failed.</exception>
    Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken);
}

/// <summary>The machine's own resolver.</summary>
internal sealed class SystemResolver : IExitResolver
{
    public async Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(name, cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return [];
        }
    }
}
