using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Routes;

/// <summary>What a proxy promised to one pool on the strength of one lock, and what the exit counted of it.</summary>
/// <param name="Pool">The pool: the proxy's channel to the exit.</param>
/// <param name="PromisedBytes">Cumulative bytes that the proxy may sign on the pool for this lock, in whole KB.</param>
/// <param name="CountedBytes">Cumulative bytes that the exit counted, in whole KB; never more than promised.</param>
public readonly record struct LockShare(ChannelId Pool, ulong PromisedBytes, ulong CountedBytes);

/// <summary>All that a proxy must not forget of a lock.</summary>
/// <param name="Chain">The chain of evidence between consumer and proxy.</param>
/// <param name="IsEnding">Whether the lock was seen to close, so that nothing more is promised.</param>
/// <param name="Shares">What was promised to pools, past and present, each once.</param>
public sealed record LockState(ChainState Chain, bool IsEnding, IReadOnlyList<LockShare> Shares)
{
    /// <summary>The state of a lock on which nothing was signed.</summary>
    public static LockState New(ulong capacityBytes) => new(ChainState.New(capacityBytes), false, []);
}

/// <summary>The proxy took a unit of the consumer and answered it with the lower of that and what exits counted.</summary>
public sealed record LockUnitAnswered(SignedUnit Unit, SignedUnit Answer) : LedgerRecord;

/// <summary>The proxy promised bytes of a lock to a pool.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="PromisedBytes">Cumulative.</param>
public sealed record SharePromised(ChannelId Pool, ulong PromisedBytes) : LedgerRecord;

/// <summary>An exit counted bytes of a lock's route.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="CountedBytes">Cumulative, within what was promised.</param>
/// <param name="Answer">The proxy's unit on it, where it was time for one.</param>
public sealed record ShareCounted(ChannelId Pool, ulong CountedBytes, SignedUnit? Answer) : LedgerRecord;

/// <summary>The lock was seen to close: nothing more is promised on it.</summary>
public sealed record LockEnding : LedgerRecord;
