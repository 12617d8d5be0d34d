using Tachyon.Protocol.Evidence;

namespace Tachyon.Protocol.Routes;

/// <summary>Why a pool takes no more of a lock's promise.</summary>
public enum ShareFault
{
    /// <summary>It does, or there is nothing new.</summary>
    None = 0,

    /// <summary>The pool's capacity holds no more: top it up, then ask again.</summary>
    PoolFull = 1,

    /// <summary>The pool closes, is closed, or its exit disputes or contradicted itself.</summary>
    PoolEnded = 2,

    /// <summary>The tag belongs to another lock's route.</summary>
    TagTaken = 3,
}

/// <summary>What a pool made of a lock's promise.</summary>
/// <param name="Fault">Why it did not take all of it.</param>
/// <param name="PromisedBytes">What it holds for the lock now, cumulative.</param>
/// <param name="Record">What must be durable before the exit hears of it; null where nothing is new.</param>
public readonly record struct ShareOutcome(ShareFault Fault, ulong PromisedBytes, LedgerRecord? Record);

/// <summary>Why a pool does not take an exit's count of a route.</summary>
public enum TagCountFault
{
    /// <summary>It does.</summary>
    None = 0,

    /// <summary>It names another channel.</summary>
    WrongChannel = 1,

    /// <summary>No route of this pool has the tag.</summary>
    UnknownTag = 2,

    /// <summary>It is not newer than the one known.</summary>
    Old = 3,

    /// <summary>It is not in whole KB, or falls.</summary>
    BadCount = 4,

    /// <summary>The exit did not sign it.</summary>
    BadSignature = 5,

    /// <summary>The exit counted more than it was let: it served that at its own risk, and is paid for none of it.</summary>
    AboveCredit = 6,
}

/// <summary>What a pool made of an exit's count.</summary>
/// <param name="Fault">Why it was not taken.</param>
/// <param name="Taken">What must be durable before the consumer is answered with it.</param>
public readonly record struct TagCountOutcome(TagCountFault Fault, TagCountTaken? Taken);
