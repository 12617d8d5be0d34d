using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Evidence;

/// <content>What can be read from a consumer's ledger.</content>
public sealed partial class ConsumerLedger
{
    /// <summary>The channel's terms.</summary>
    public Terms Terms { get; }

    /// <summary>The channel.</summary>
    public ChannelId ChannelId => _chain.ChannelId;

    /// <summary>The capacity with all top-ups seen.</summary>
    public ulong CapacityBytes => _chain.CapacityBytes;

    /// <summary>How far this side's part has come.</summary>
    public LedgerPhase Phase => _chain.Phase;

    /// <summary>Payload bytes counted, both directions, all sessions.</summary>
    public ulong OwnCountBytes => _meter.Counts.OwnCountBytes;

    /// <summary>What the consumer owes by its own count and its concessions, in whole KB, at most the capacity.</summary>
    public ulong OwedBytes => Math.Min(_meter.OwedBytes, CapacityBytes);

    /// <summary>The newest own unit.</summary>
    public SignedUnit? NewestOwn => _chain.Own;

    /// <summary>The newest unit of the provider.</summary>
    public SignedUnit? NewestPeer => _chain.Peer;

    /// <summary>The count that both sides have signed.</summary>
    public ulong AgreedBytes => Math.Min(_chain.CounterUnitBytes, _chain.OwnBytes);

    /// <summary>The credit that the provider gives, as far as the consumer can tell.</summary>
    public ulong CreditBytes => ByteCounts.CreditFor(AgreedBytes);

    /// <summary>The proof that the provider contradicted itself, where it did.</summary>
    public Contradiction? Contradiction => _chain.Contradiction;

    /// <summary>The closure that this side signed.</summary>
    public SignedClosure? Closure => _chain.Closure;

    /// <summary>All that must not be forgotten.</summary>
    public ConsumerState State => new(_chain.State, _meter.Counts);

    /// <summary>Whether everything used so far is signed and answered: the session may end in order.</summary>
    public bool IsSettled => _chain.OwnBytes >= OwedBytes && _chain.IsOwnAnswered;

    /// <summary>
    /// Payload bytes counted since the last record: what a crash makes this side forget. A node keeps its counts, see
    /// <see cref="KeepCounts"/>, before this grows large, and at the end of a session.
    /// </summary>
    public ulong UnkeptBytes => OwnCountBytes - _keptCountBytes;
}
