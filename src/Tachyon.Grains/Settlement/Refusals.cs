using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>Reads the contract's refusals. Pure.</summary>
internal static class Refusals
{
    /// <summary>
    /// The time, in Unix seconds, before which the contract will not do it; null for refusals that time does not cure.
    /// </summary>
    internal static ulong? NotBeforeSeconds(Chain.ContractRefusal refusal) => refusal switch
    {
        Chain.ContractRefusal.ChallengePeriodRuns runs => (ulong)runs.Deadline,
        Chain.ContractRefusal.ConfirmTimeoutRuns runs => (ulong)runs.Deadline,
        _ => null,
    };

    /// <summary>
    /// True when a challenge is refused because the channel is not seen closing, though the final chain showed that it is:
    /// the endpoint that tried it is behind, or the close is being mined again on another branch.
    /// </summary>
    internal static bool IsBehind(SettlementIntent intent, Chain.ContractRefusal refusal) =>
        intent.Kind == IntentKind.Challenge
        && refusal is Chain.ContractRefusal.WrongStatus { Actual: ChannelStatus.None or ChannelStatus.Opened or ChannelStatus.Active };

    /// <summary>The refusal as it is shown: the name of the contract's error and its values.</summary>
    internal static ContractRefusal Show(Chain.ContractRefusal? refusal) => refusal is null
        ? new ContractRefusal { Error = "Unexplained", Detail = "the transaction was mined and changed nothing, and the chain does not say why" }
        : new ContractRefusal { Error = refusal.GetType().Name, Detail = refusal.ToString() };

    /// <summary>The outbox's own refusal of a claim whose gas became too dear.</summary>
    internal static ContractRefusal NotWorthIt(BigInteger feeWei, BigInteger limitWei) =>
        new() { Error = "NotWorthIt", Detail = $"a unit of gas costs {feeWei} wei, and the claim is worth it up to {limitWei}" };

    /// <summary>The outbox's own refusal of a challenge that another one makes pointless.</summary>
    internal static ContractRefusal Superseded { get; } =
        new() { Error = "Superseded", Detail = "a unit of the same party with more bytes is shown in its place" };

    /// <summary>The outbox's own refusal of what can no longer be valid.</summary>
    internal static ContractRefusal Expired(ulong validUntilSeconds) =>
        new() { Error = "Expired", Detail = $"its signature was valid until {validUntilSeconds}, which passed before it could be sent" };
}
