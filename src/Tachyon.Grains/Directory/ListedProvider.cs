using System.Numerics;

namespace Tachyon.Grains.Directory;

/// <summary>A live provider as a directory shard keeps it: one value without objects of its own but the endpoint's text.</summary>
internal readonly record struct ListedProvider
{
    internal ListedProvider(DirectoryEntry entry)
    {
        ProviderOffer offer = entry.Offer;
        Provider = entry.Provider;
        Endpoint = offer.Endpoint;
        PricePerMB = ToPrice(offer.PricePerMB);
        ToleranceLimitPpm = offer.ToleranceLimitPpm;
        MinCapacityBytes = offer.MinCapacityBytes;
        MaxCapacityBytes = offer.MaxCapacityBytes == 0 ? ProtocolConstants.MaxCapacityBytes : offer.MaxCapacityBytes;
        LiveUntilMs = entry.LiveUntilMs;
        Slots = (byte)offer.Slots;
        FreeSlots = (byte)entry.FreeSlots;
        Source = entry.Source;
        Established = entry.Established;
    }

    internal Address Provider { get; }

    internal string Endpoint { get; }

    /// <summary>Base units; at most 96 bits.</summary>
    internal UInt128 PricePerMB { get; }

    internal ulong MinCapacityBytes { get; }

    /// <summary>Never 0: no limit of its own is the protocol's.</summary>
    internal ulong MaxCapacityBytes { get; }

    internal ulong LiveUntilMs { get; }

    internal uint ToleranceLimitPpm { get; }

    internal byte Slots { get; }

    internal byte FreeSlots { get; }

    /// <summary>The network it comes from.</summary>
    internal ulong Source { get; }

    /// <summary>Nobody takes its place.</summary>
    internal bool Established { get; }

    /// <summary>What a gateway is told.</summary>
    internal DirectoryEntry ToEntry() => new()
    {
        Provider = Provider,
        Offer = new ProviderOffer
        {
            Endpoint = Endpoint,
            PricePerMB = new TokenAmount((BigInteger)PricePerMB),
            ToleranceLimitPpm = ToleranceLimitPpm,
            MinCapacityBytes = MinCapacityBytes,
            MaxCapacityBytes = MaxCapacityBytes,
            Slots = Slots,
        },
        FreeSlots = FreeSlots,
        LiveUntilMs = LiveUntilMs,
    };

    /// <summary>A price as a number to compare; whatever is above every price that terms can carry is that much.</summary>
    internal static UInt128 ToPrice(TokenAmount price) =>
        price > TokenAmount.MaxPrice ? UInt128.MaxValue : (UInt128)price.BaseUnits;
}
