namespace Tachyon.Chain.Simulation;

/// <summary>A block with the state after it, its events and what became of its transactions.</summary>
internal sealed record SimulatedBlock(
    ChainBlock Header,
    SimulatedState After,
    IReadOnlyList<ChainEvent> Events,
    IReadOnlyList<SimulatedInclusion> Inclusions);

/// <summary>A transaction in a block.</summary>
internal sealed record SimulatedInclusion(SimulatedTransaction Transaction, ChainReceipt Receipt, ContractRefusal? Refusal);
