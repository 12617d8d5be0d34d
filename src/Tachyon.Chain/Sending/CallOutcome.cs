namespace Tachyon.Chain;

/// <summary>What became of a call that was sent, or tried: done, or refused.</summary>
/// <param name="Receipt">null when the call was refused before anything was sent</param>
/// <param name="Refusal">null when the call did what it should</param>
public sealed record CallOutcome(ChainReceipt? Receipt, ContractRefusal? Refusal)
{
    /// <summary>Whether the call did what it should.</summary>
    public bool Succeeded => Refusal is null;

    /// <summary>Mined and done.</summary>
    public static CallOutcome Done(ChainReceipt receipt) => new(receipt, null);

    /// <summary>Refused; nothing was sent.</summary>
    public static CallOutcome Refused(ContractRefusal refusal) => new(null, refusal);
}
