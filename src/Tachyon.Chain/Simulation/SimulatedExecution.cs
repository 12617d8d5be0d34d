namespace Tachyon.Chain.Simulation;

/// <summary>What a call did: the state after it and its events, or why it was refused.</summary>
internal sealed record SimulatedExecution(
    SimulatedState State, IReadOnlyList<Func<LogPosition, ChainEvent>> Events, ContractRefusal? Refusal);

/// <summary>Ends a call of the simulated contracts, as a revert ends one of the real ones.</summary>
internal sealed class SimulatedRevertException(ContractRefusal refusal) : Exception(refusal.ToString())
{
    public ContractRefusal Refusal { get; } = refusal;
}
