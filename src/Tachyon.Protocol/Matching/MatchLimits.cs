using Tachyon.Protocol.Amounts;

namespace Tachyon.Protocol.Matching;

/// <summary>What a consumer asks of a provider.</summary>
/// <param name="CapacityBytes">The capacity of the channel that it wants, in bytes.</param>
/// <param name="MaxPricePerMB">The highest price that it pays, in base units per 1,000,000 bytes.</param>
/// <param name="TolerancePpm">The tolerance that its terms will carry, in parts per million.</param>
public sealed record MatchLimits(ulong CapacityBytes, TokenAmount MaxPricePerMB, uint TolerancePpm);
