using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Rest;

/// <summary>
/// Who may read: whoever reaches the addresses of REST and the console, unless Gateway:ReadersNeedKey closes them to all without the
/// operator key, shown as a bearer token or to the console before.
/// </summary>
internal sealed class Readers(GatewayOptions options, OperatorKey key, OperatorSessions sessions) : IRequestGuard
{
    public bool May(HttpContext http) => !options.ReadersNeedKey || HasKey(http);

    /// <summary>
    /// Whether the units of a channel are shown. Those of a proxy's lock state at every moment, to the KB, what the exit counts of one tag:
    /// an exit that could read them would know whose the route is (protocol, Routes, 8). So they are for the operator alone.
    /// </summary>
    public bool MayReadUnits(HttpContext http, Terms terms) => terms.Kind != ChannelKind.Lock || HasKey(http);

    /// <summary>A channel as a reader may see it: a proxy's lock without the key with the amounts that the chain shows, and no others.</summary>
    public ChannelView Shown(HttpContext http, ChannelView view)
    {
        if (MayReadUnits(http, view.Terms))
        {
            return view;
        }

        var onChainBytes = view.Settlement?.SettledBytes ?? view.PaidBytes;
        return view with { ConsumerBytes = onChainBytes, ProviderBytes = onChainBytes, ConsumerClosureBytes = null, ProviderClosureBytes = null };
    }

    /// <inheritdoc/>
    public IResult? Refuse(HttpContext http)
    {
        if (May(http))
        {
            return null;
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem("Reading needs the operator key here: Authorization: Bearer KEY.", statusCode: StatusCodes.Status401Unauthorized);
    }

    /// <summary>Whether a request shows the operator key, or comes from a console to which it was shown.</summary>
    public bool HasKey(HttpContext http) => key.IsShownBy(http) || sessions.Holds(http);
}
