namespace Tachyon.Chain;

/// <summary>The gas a call would use, or why it is refused: one of the two.</summary>
public sealed record CallEstimate
{
    private CallEstimate(ulong gas, ContractRefusal? refusal)
    {
        Gas = gas;
        Refusal = refusal;
    }

    /// <summary>Gas on the state it was tried on; zero when refused.</summary>
    public ulong Gas { get; }

    /// <summary>Null when the call would go through.</summary>
    public ContractRefusal? Refusal { get; }

    /// <summary>
    /// A gas limit with room for what may change before it is mined: a first-time recipient, a fresh storage slot.
    /// </summary>
    public ulong GasLimit => Gas + (Gas / 4) + 25_000;

    /// <summary>The call would use this much.</summary>
    public static CallEstimate Of(ulong gas) => new(gas, null);

    /// <summary>The contract refuses.</summary>
    public static CallEstimate Refused(ContractRefusal refusal) => new(0, refusal);
}
