namespace Tachyon.Chain.Ethereum.Bindings;

/// <summary>An event as Nethereum decodes it.</summary>
internal interface IEventBinding
{
    /// <summary>The same in the protocol's types.</summary>
    ChainEvent ToEvent(LogPosition at);
}
