namespace Tachyon.Chain.Ethereum.Bindings.Errors;

/// <summary>A custom error as Nethereum decodes it.</summary>
internal interface IErrorBinding
{
    /// <summary>The same in the protocol's types.</summary>
    ContractRefusal ToRefusal();
}
