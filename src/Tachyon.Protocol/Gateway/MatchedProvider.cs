using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>A provider that a gateway proposes to a consumer.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Offer">What it offers.</param>
/// <param name="FreeSlots">How many more channels it can confirm now.</param>
public sealed record MatchedProvider(Address Provider, ProviderOffer Offer, byte FreeSlots)
{
    internal void Write(GatewayWriter writer)
    {
        writer.Address(Provider);
        Offer.Write(writer);
        writer.U8(FreeSlots);
    }

    internal static MatchedProvider? Read(ref GatewayReader reader)
    {
        var provider = reader.Address();
        var offer = ProviderOffer.Read(ref reader);
        var freeSlots = reader.U8();
        return reader.Failed ? null : new MatchedProvider(provider, offer!, freeSlots);
    }
}
