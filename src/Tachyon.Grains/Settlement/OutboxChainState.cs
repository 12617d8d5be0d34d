using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>What a round found on the chain when it began.</summary>
/// <param name="Head">the newest block</param>
/// <param name="FinalBlock">the number of the newest that counts as final</param>
/// <param name="MinedNonce">every nonce of the account below this is used up</param>
/// <param name="Reorganised">true when blocks seen before are no longer on the chain, or nobody knows</param>
internal sealed record OutboxChainState(ChainBlock Head, ulong FinalBlock, ulong MinedNonce, bool Reorganised);
