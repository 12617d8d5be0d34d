using System.Net;
using System.Net.Sockets;

namespace Tachyon.Silo.Hosting;

/// <summary>Finds out whether addresses can be listened on before anything starts, so that one line says what is wrong.</summary>
internal static class ListenCheck
{
    /// <summary>Why the first address that cannot be used cannot; null when all can, as far as can be told beforehand.</summary>
    public static string? Fault(IEnumerable<string> urls)
    {
        foreach (var url in urls)
        {
            var binding = BindingAddress.Parse(url);
            try
            {
                using var listener = new TcpListener(AddressOf(binding.Host), binding.Port);
                listener.Start();
            }
            catch (SocketException exception)
            {
                return $"cannot listen on {url}: {exception.Message}";
            }
        }

        return null;
    }

    private static IPAddress AddressOf(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        _ when IPAddress.TryParse(host.Trim('[', ']'), out var ip) => ip,
        _ => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
    };
}
