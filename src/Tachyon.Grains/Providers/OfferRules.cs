namespace Tachyon.Grains.Providers;

/// <summary>Whether an offer makes sense. Pure.</summary>
internal static class OfferRules
{
    private const int MaxEndpointLength = 255;

    /// <summary>The first fault; <see cref="AnnounceRefusal.None"/> when there is none.</summary>
    internal static AnnounceRefusal Check(ProviderOffer offer)
    {
        if (!IsEndpoint(offer.Endpoint))
        {
            return AnnounceRefusal.BadEndpoint;
        }

        if (offer.PricePerMB.IsZero || offer.PricePerMB > TokenAmount.MaxPrice)
        {
            return AnnounceRefusal.BadPrice;
        }

        if (offer.ToleranceLimitPpm > ProtocolConstants.MaxTolerancePpm)
        {
            return AnnounceRefusal.BadTolerance;
        }

        if (offer.Slots is < 1 or > ProtocolConstants.MaxActiveChannels)
        {
            return AnnounceRefusal.BadSlots;
        }

        bool crossed = IsBelow(offer.MaxCapacityBytes, offer.MinCapacityBytes)
            || IsBelow(offer.ChannelCapBytes, offer.MinCapacityBytes)
            || IsBelow(offer.MonthlyCapBytes, offer.MinCapacityBytes);
        return crossed || offer.MinCapacityBytes > ProtocolConstants.MaxCapacityBytes ? AnnounceRefusal.BadCapacity : AnnounceRefusal.None;
    }

    private static bool IsBelow(ulong limitBytes, ulong minCapacityBytes) => limitBytes != 0 && limitBytes < minCapacityBytes;

    private static bool IsEndpoint(string? endpoint)
    {
        if (string.IsNullOrEmpty(endpoint) || endpoint.Length > MaxEndpointLength)
        {
            return false;
        }

        int colon = endpoint.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(endpoint.AsSpan(colon + 1), out ushort port) || port == 0)
        {
            return false;
        }

        // An IPv6 address has colons of its own and comes in brackets; CheckHostName knows it only without them.
        string host = endpoint[..colon];
        return host.StartsWith('[') && host.EndsWith(']')
            ? Uri.CheckHostName(host[1..^1]) == UriHostNameType.IPv6
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
    }
}
