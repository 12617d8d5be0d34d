using Microsoft.AspNetCore.HttpOverrides;
using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Limits;

/// <summary>
/// Takes the remote address from X-Forwarded-For, and from X-Forwarded-Proto whether the way to the proxy was TLS, where a trusted proxy says it,
/// and only there.
/// </summary>
internal static class ForwardedAddresses
{
    public static void UseForwardedAddresses(this WebApplication app, AddressLimitOptions options)
    {
        if (options.TrustedProxies.Length == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,

            // As far back as proxies are trusted: the first address that is not is whose it is.
            ForwardLimit = null,
        };

        // By default it trusts loopback, where anything on this machine may listen.
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.TrustedProxies)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(forwarded);
    }
}
