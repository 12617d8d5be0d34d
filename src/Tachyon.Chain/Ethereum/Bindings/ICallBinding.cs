namespace Tachyon.Chain.Ethereum.Bindings;

/// <summary>A call as Nethereum encodes and decodes it.</summary>
internal interface ICallBinding
{
    /// <summary>The same in the protocol's types.</summary>
    /// <param name="domain">gives the channel id that units on chain do not repeat</param>
    ChainCall ToCall(Eip712Domain domain);
}
