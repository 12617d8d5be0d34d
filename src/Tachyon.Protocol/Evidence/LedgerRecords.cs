using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <summary>
/// Something a ledger has decided. It is applied already when a command returns it, must be durable before whatever was
/// returned with it leaves the node, and is applied again, in order, when a journal is replayed.
/// </summary>
public abstract record LedgerRecord
{
    private protected LedgerRecord()
    {
    }
}

/// <summary>The consumer signed a unit, on these counts.</summary>
public sealed record ConsumerUnitSigned(SignedUnit Unit, ConsumerCounts Counts) : LedgerRecord;

/// <summary>The consumer took a unit of the provider.</summary>
/// <param name="Unit">The provider's unit.</param>
/// <param name="Countersigned">Whether the consumer would itself countersign it, and so names it from now on.</param>
/// <param name="Disputed">Whether it disputes the consumer's count: the provider's last unit.</param>
public sealed record ProviderUnitTaken(SignedUnit Unit, bool Countersigned, bool Disputed) : LedgerRecord;

/// <summary>The consumer's counts, without a signature: at the end of a session, or now and then.</summary>
public sealed record ConsumerCountsKept(ConsumerCounts Counts) : LedgerRecord;

/// <summary>The provider took a unit of the consumer and answered it.</summary>
/// <param name="Unit">The consumer's unit.</param>
/// <param name="Answer">The provider's unit: the same count (agreement), or its own (dispute).</param>
/// <param name="Disputed">Whether the answer is a dispute.</param>
/// <param name="Counts">The provider's counts after both.</param>
public sealed record ConsumerUnitAnswered(SignedUnit Unit, SignedUnit Answer, bool Disputed, ProviderCounts Counts) : LedgerRecord;

/// <summary>The provider's counts, without a signature: at the end of a session, or now and then.</summary>
public sealed record ProviderCountsKept(ProviderCounts Counts) : LedgerRecord;

/// <summary>This side signed a closure, so it serves and signs no more.</summary>
public sealed record ClosureSigned(SignedClosure Closure) : LedgerRecord;

/// <summary>A top-up was seen final on chain.</summary>
public sealed record CapacityRaised(ulong CapacityBytes) : LedgerRecord;

/// <summary>The other side contradicted itself.</summary>
public sealed record ContradictionFound(Contradiction Contradiction) : LedgerRecord;

/// <summary>The other side showed an own unit that this side had forgotten; it counts as signed.</summary>
public sealed record OwnUnitRecalled(SignedUnit Unit) : LedgerRecord;
