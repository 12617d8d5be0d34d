namespace Tachyon.Grains.Channels;

/// <summary>What can happen to a channel in which phase: the only place that says so.</summary>
/// <remarks>
/// <code>
/// None ──Opened──▶ Opened ──Confirmed──▶ Active ──Closing──▶ Closing ──Settled or Closed──▶ Settled
///   │                │ ├──Declined──▶ Declined  └────────────────Closed───────────────────────▲
///   │                │ └──Expired───▶ Expired
///   └─Opened with an acceptance──▶ Active
/// </code>
/// </remarks>
internal static class ChannelLifecycle
{
    private static readonly Dictionary<(ChannelPhase From, ChannelChainEventKind Event), ChannelPhase> Transitions = new()
    {
        [(ChannelPhase.None, ChannelChainEventKind.Opened)] = ChannelPhase.Opened,
        [(ChannelPhase.Opened, ChannelChainEventKind.ToppedUp)] = ChannelPhase.Opened,
        [(ChannelPhase.Opened, ChannelChainEventKind.Confirmed)] = ChannelPhase.Active,
        [(ChannelPhase.Opened, ChannelChainEventKind.Declined)] = ChannelPhase.Declined,
        [(ChannelPhase.Opened, ChannelChainEventKind.Expired)] = ChannelPhase.Expired,
        [(ChannelPhase.Active, ChannelChainEventKind.ToppedUp)] = ChannelPhase.Active,
        [(ChannelPhase.Active, ChannelChainEventKind.Claimed)] = ChannelPhase.Active,
        [(ChannelPhase.Active, ChannelChainEventKind.Closing)] = ChannelPhase.Closing,
        [(ChannelPhase.Active, ChannelChainEventKind.Closed)] = ChannelPhase.Settled,
        [(ChannelPhase.Closing, ChannelChainEventKind.Challenged)] = ChannelPhase.Closing,
        [(ChannelPhase.Closing, ChannelChainEventKind.Settled)] = ChannelPhase.Settled,
        [(ChannelPhase.Closing, ChannelChainEventKind.Closed)] = ChannelPhase.Settled,
    };

    private static readonly Dictionary<ChannelCommand, ChannelPhase[]> Allowed = new()
    {
        // A unit proves usage in any phase in which the contract may still read it. Opened is among them because an
        // edge with a faster view of the chain may serve before this silo has seen the confirm.
        [ChannelCommand.SubmitUnits] = [ChannelPhase.Opened, ChannelPhase.Active, ChannelPhase.Closing],
        [ChannelCommand.SubmitClosure] = [ChannelPhase.Active, ChannelPhase.Closing],
        [ChannelCommand.RequestClose] = [ChannelPhase.Active],
        [ChannelCommand.Confirm] = [ChannelPhase.Opened],
        [ChannelCommand.Decline] = [ChannelPhase.Opened],
    };

    /// <summary>The phase after an event; null when the contract cannot emit it in this phase, so that some log was missed.</summary>
    /// <remarks>A channel opened with an acceptance is announced as opened and, in the same transaction, as confirmed.</remarks>
    internal static ChannelPhase? Next(ChannelPhase from, ChannelChainEvent chainEvent) =>
        Transitions.TryGetValue((from, chainEvent.Kind), out ChannelPhase to) ? to : null;

    /// <summary>True when the command makes sense in the phase.</summary>
    internal static bool Allows(ChannelPhase phase, ChannelCommand command) => Allowed[command].Contains(phase);

    /// <summary>True when nothing can happen to the channel any more.</summary>
    internal static bool IsOver(ChannelPhase phase) => phase is ChannelPhase.Settled or ChannelPhase.Declined or ChannelPhase.Expired;
}
