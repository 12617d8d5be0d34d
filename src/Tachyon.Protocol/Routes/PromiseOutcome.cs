using Tachyon.Protocol.Evidence;

namespace Tachyon.Protocol.Routes;

/// <summary>Why a proxy promises an exit nothing more on a lock.</summary>
public enum PromiseFault
{
    /// <summary>It does, or there is nothing new to promise yet.</summary>
    None = 0,

    /// <summary>The lock closes, is closed, or its consumer contradicted itself.</summary>
    LockEnded = 1,

    /// <summary>The pool's price is above the lock's: the proxy would pay more than it collects.</summary>
    PoolTooDear = 2,
}

/// <summary>What a proxy may promise to a pool.</summary>
/// <param name="Fault">Why not more.</param>
/// <param name="PromisedBytes">What is promised in all, cumulative; the same as before where nothing is new.</param>
/// <param name="Record">What must be durable before the pool hears of it; null where nothing is new.</param>
public readonly record struct PromiseOutcome(PromiseFault Fault, ulong PromisedBytes, LedgerRecord? Record);
