namespace Tachyon.Grains.Channels;

/// <summary>What can happen to a channel in which phase: the only place that says so.</summary>
/// <remarks>
/// Looking, watching, being told that a time has come or an operation ended, and the operator's wish that whatever is due be
/// done now are possible in every phase.
/// <code>
/// None ──Opened──▶ Opened ──Confirmed──▶ Active ──Closing──▶ Closing ──Settled or Closed──▶ Settled
///                    ├──Declined──▶ Declined  └────────────────Closed───────────────────────▲
///                    └──Expired───▶ Expired
/// </code>
/// </remarks>
internal static class ChannelLifecycle
{
    private static readonly Dictionary<ChannelPhase, Row> Table = new()
    {
        [ChannelPhase.None] = new(
            Commands: [],
            Events: new() { [ChannelChainEventKind.Opened] = ChannelPhase.Opened },
            Operations: []),

        // A unit proves usage in any phase in which the contract may still read it. Opened is among them because an edge
        // with a faster view of the chain may serve before this silo has seen the confirm.
        [ChannelPhase.Opened] = new(
            Commands: [ChannelCommand.SubmitUnits, ChannelCommand.Confirm, ChannelCommand.Decline],
            Events: new()
            {
                [ChannelChainEventKind.ToppedUp] = ChannelPhase.Opened,
                [ChannelChainEventKind.Confirmed] = ChannelPhase.Active,
                [ChannelChainEventKind.Declined] = ChannelPhase.Declined,
                [ChannelChainEventKind.Expired] = ChannelPhase.Expired,
            },
            Operations: [IntentKind.Confirm, IntentKind.Decline, IntentKind.WithdrawUnconfirmed]),

        [ChannelPhase.Active] = new(
            Commands: [ChannelCommand.SubmitUnits, ChannelCommand.SubmitClosure, ChannelCommand.RequestClose],
            Events: new()
            {
                [ChannelChainEventKind.ToppedUp] = ChannelPhase.Active,
                [ChannelChainEventKind.Claimed] = ChannelPhase.Active,
                [ChannelChainEventKind.Closing] = ChannelPhase.Closing,
                [ChannelChainEventKind.Closed] = ChannelPhase.Settled,
            },
            Operations: [IntentKind.CooperativeClose, IntentKind.Claim, IntentKind.StartClose]),

        [ChannelPhase.Closing] = new(
            Commands: [ChannelCommand.SubmitUnits, ChannelCommand.SubmitClosure],
            Events: new()
            {
                [ChannelChainEventKind.Challenged] = ChannelPhase.Closing,
                [ChannelChainEventKind.Settled] = ChannelPhase.Settled,
                [ChannelChainEventKind.Closed] = ChannelPhase.Settled,
            },
            Operations: [IntentKind.CooperativeClose, IntentKind.Challenge, IntentKind.Settle]),

        [ChannelPhase.Settled] = Row.Over,
        [ChannelPhase.Declined] = Row.Over,
        [ChannelPhase.Expired] = Row.Over,
    };

    /// <summary>The phase after an event; null when the contract cannot emit it in this phase, so that some log was missed.</summary>
    /// <remarks>A channel opened with an acceptance is announced as opened and, in the same transaction, as confirmed.</remarks>
    internal static ChannelPhase? Next(ChannelPhase from, ChannelChainEvent chainEvent) =>
        Table[from].Events.TryGetValue(chainEvent.Kind, out ChannelPhase to) ? to : null;

    /// <summary>True when the command makes sense in the phase.</summary>
    internal static bool Allows(ChannelPhase phase, ChannelCommand command) => Array.IndexOf(Table[phase].Commands, command) >= 0;

    /// <summary>What may be done on chain for a channel of the phase, the more urgent first.</summary>
    internal static IReadOnlyList<IntentKind> OperationsIn(ChannelPhase phase) => Table[phase].Operations;

    /// <summary>True when nothing can happen to the channel any more.</summary>
    internal static bool IsOver(ChannelPhase phase) => ReferenceEquals(Table[phase], Row.Over);

    /// <summary>One phase.</summary>
    /// <param name="Commands">What edges may ask.</param>
    /// <param name="Events">What the contract can do, and the phase after it.</param>
    /// <param name="Operations">What the silo may do on chain, by itself or for an edge.</param>
    private sealed record Row(ChannelCommand[] Commands, Dictionary<ChannelChainEventKind, ChannelPhase> Events, IntentKind[] Operations)
    {
        internal static readonly Row Over = new([], [], []);
    }
}
