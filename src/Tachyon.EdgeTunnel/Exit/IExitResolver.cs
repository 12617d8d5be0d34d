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
    // On a thread of its own: the system's resolver blocks for as long as a name server likes, and must not take the
    // threads on which sessions run.
    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(static name => Resolve((string)name!), name, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static IPAddress[] Resolve(string name)
    {
        try
        {
            return Dns.GetHostAddresses(name);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return [];
        }
    }
}
