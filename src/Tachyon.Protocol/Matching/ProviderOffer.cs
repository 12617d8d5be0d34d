using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Matching;

/// <summary>What a provider announces, and what consumers are matched to.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Endpoint">Where its tunnel listens: host:port, an IPv6 host in brackets.</param>
/// <param name="PricePerMB">Its price in base units per 1,000,000 bytes: terms below it are declined.</param>
/// <param name="TolerancePpm">The greatest tolerance that it accepts, in parts per million.</param>
/// <param name="FreeSlots">How many of its 5 slots are free, acceptances not yet used counted as taken.</param>
/// <param name="MaxCapacityBytes">The greatest capacity of one channel that it accepts, in bytes.</param>
/// <param name="AliveUntilMs">When its newest heartbeat expires, Unix milliseconds.</param>
public sealed record ProviderOffer(
    Address Provider,
    string Endpoint,
    TokenAmount PricePerMB,
    uint TolerancePpm,
    int FreeSlots,
    ulong MaxCapacityBytes,
    ulong AliveUntilMs);
