using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Routes;

/// <summary>What one lock's route may use of a pool, and what the exit counted of it.</summary>
/// <param name="LockId">The lock that pays for it.</param>
/// <param name="Tag">The route's tag, which is all that the exit knows of it.</param>
/// <param name="PromisedBytes">Cumulative bytes promised by the lock, in whole KB.</param>
/// <param name="CountIndex">The index of the exit's newest count; 0 before the first.</param>
/// <param name="CountedBytes">That count.</param>
public readonly record struct PoolShare(ChannelId LockId, Bytes32 Tag, ulong PromisedBytes, ulong CountIndex, ulong CountedBytes);

/// <summary>All that a proxy must not forget of a pool.</summary>
/// <param name="Chain">The chain of evidence between proxy and exit.</param>
/// <param name="SettledBytes">What locks that are over had promised, in all.</param>
/// <param name="Shares">The shares of the others.</param>
public sealed record PoolState(ChainState Chain, ulong SettledBytes, IReadOnlyList<PoolShare> Shares)
{
    /// <summary>The state of a pool on which nothing was signed.</summary>
    public static PoolState New(ulong capacityBytes) => new(ChainState.New(capacityBytes), 0, []);
}

/// <summary>A <see cref="TagCount"/> with the exit's signature.</summary>
public sealed record SignedTagCount(TagCount Count, Signature Signature);

/// <summary>A <see cref="TagCredit"/> with the proxy's signature.</summary>
public sealed record SignedTagCredit(TagCredit Credit, Signature Signature);

/// <summary>A lock's promise reached the pool.</summary>
public sealed record PoolShareRaised(ChannelId LockId, Bytes32 Tag, ulong PromisedBytes) : LedgerRecord;

/// <summary>The exit counted bytes of a route.</summary>
public sealed record TagCountTaken(ChannelId LockId, ulong Index, ulong BytesUsed) : LedgerRecord;

/// <summary>A route is over: what it was promised stays part of the sum.</summary>
public sealed record PoolShareSettled(ChannelId LockId) : LedgerRecord;

/// <summary>The proxy signed the sum to the exit.</summary>
public sealed record PoolUnitSigned(SignedUnit Unit) : LedgerRecord;
