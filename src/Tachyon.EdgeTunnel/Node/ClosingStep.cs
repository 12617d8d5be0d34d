using Tachyon.Chain;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>What a node knows when it decides about a channel that one side closes.</summary>
internal sealed record ClosingFacts
{
    /// <summary>This node's own close; null where another started it.</summary>
    public required ForceCloseRecord? Own { get; init; }

    public required SessionRole Role { get; init; }

    public required Terms Terms { get; init; }

    /// <summary>The channel at the newest block, final or not: what anyone can see, anyone can answer.</summary>
    public required ChannelView View { get; init; }

    /// <summary>The newest units that are durable here.</summary>
    public required UnitsByParty Units { get; init; }

    /// <summary>Unix seconds by the chain's or this node's clock, whichever is later.</summary>
    public required ulong NowSeconds { get; init; }

    /// <summary>How long after the deadline settling is left to the silo, which pays for it; zero where it is not connected.</summary>
    public required ulong SettleGraceSeconds { get; init; }
}

/// <summary>What to do next about a channel that one side closes.</summary>
internal abstract record ClosingStep
{
    private ClosingStep()
    {
    }

    /// <summary>Nothing is being closed.</summary>
    public sealed record Rest : ClosingStep;

    /// <summary>End the session, so that nothing is signed any more, and note it.</summary>
    public sealed record Arm : ClosingStep;

    /// <summary>Take the close to the chain with these units.</summary>
    public sealed record Start(UnitsByParty Units) : ClosingStep;

    /// <summary>Show a unit.</summary>
    public sealed record Challenge(SignedUnit Unit) : ClosingStep;

    /// <summary>Nothing to show; look again, at the latest at this second.</summary>
    public sealed record Wait(ulong UntilSeconds) : ClosingStep;

    /// <summary>Pay out.</summary>
    public sealed record Settle : ClosingStep;

    /// <summary>The newest block shows the end; once it is final, all is over.</summary>
    public sealed record Ended : ClosingStep;

    /// <summary>The channel cannot be closed in this status.</summary>
    public sealed record Impossible(ChannelStatus Status) : ClosingStep;
}

/// <summary>
/// The decisions of a close by one side, without time or chain of their own. They rest on what the chain shows and what is
/// durable here, so that after a crash, or a re-organisation, they come out as before.
/// <code>
///   (wanted) ─ Arm ─→ (armed) ─ Start ─→ closing ─ Challenge* ─ Wait ─ deadline ─ Settle ─→ settled
///                                 ↑ anyone else's start enters here
/// </code>
/// </summary>
internal static class ClosingRules
{
    public static ClosingStep Decide(ClosingFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.View.Status switch
        {
            ChannelStatus.Active => facts.Own switch
            {
                null => new ClosingStep.Rest(),
                { Phase: ForceClosePhase.Armed } => new ClosingStep.Start(ClosingEvidence.ToStart(facts.Role, facts.Terms, facts.Units)),
                _ => new ClosingStep.Arm(),
            },
            ChannelStatus.Closing => facts.Own is { Phase: ForceClosePhase.Wanted } ? new ClosingStep.Arm() : DecideClosing(facts),
            ChannelStatus.Settled => new ClosingStep.Ended(),
            _ when facts.Own is null => new ClosingStep.Rest(),
            var status => new ClosingStep.Impossible(status),
        };
    }

    private static ClosingStep DecideClosing(ClosingFacts facts)
    {
        // Also past the deadline: what is shown before the channel is settled counts.
        if (ClosingEvidence.ToChallenge(facts.Role, facts.Terms, facts.View, facts.Units) is { } unit)
        {
            return new ClosingStep.Challenge(unit);
        }

        var settleAt = facts.View.DeadlineSeconds + facts.SettleGraceSeconds;
        return facts.NowSeconds >= settleAt ? new ClosingStep.Settle() : new ClosingStep.Wait(settleAt);
    }
}
