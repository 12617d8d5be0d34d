using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Tachyon.Chain.Ethereum.Bindings.Errors;

// Refusals of terms and capacities.

[Error("CapacityNotWholeKB")]
internal sealed class CapacityNotWholeKBError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "capacity", 1)]
    public BigInteger Capacity { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.CapacityNotWholeKB(Capacity);
}

[Error("CapacityTooLarge")]
internal sealed class CapacityTooLargeError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "capacity", 1)]
    public BigInteger Capacity { get; set; }

    [Parameter("uint256", "maximum", 2)]
    public BigInteger Maximum { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.CapacityTooLarge(Capacity, Maximum);
}

[Error("CapacityNotRaised")]
internal sealed class CapacityNotRaisedError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "newCapacity", 1)]
    public BigInteger NewCapacity { get; set; }

    [Parameter("uint256", "capacity", 2)]
    public BigInteger Capacity { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.CapacityNotRaised(NewCapacity, Capacity);
}

[Error("ZeroPrice")]
internal sealed class ZeroPriceError : IErrorDTO, IErrorBinding
{
    public ContractRefusal ToRefusal() => new ContractRefusal.ZeroPrice();
}

[Error("ZeroProvider")]
internal sealed class ZeroProviderError : IErrorDTO, IErrorBinding
{
    public ContractRefusal ToRefusal() => new ContractRefusal.ZeroProvider();
}

[Error("SelfChannel")]
internal sealed class SelfChannelError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.SelfChannel(Address.Parse(Account));
}

[Error("ToleranceTooHigh")]
internal sealed class ToleranceTooHighError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "tolerance", 1)]
    public BigInteger Tolerance { get; set; }

    [Parameter("uint256", "maximum", 2)]
    public BigInteger Maximum { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.ToleranceTooHigh(Tolerance, Maximum);
}

[Error("UnknownKind")]
internal sealed class UnknownKindError : IErrorDTO, IErrorBinding
{
    [Parameter("uint8", "kind", 1)]
    public byte Kind { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.UnknownKind(Kind);
}
