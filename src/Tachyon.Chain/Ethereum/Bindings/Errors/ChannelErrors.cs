using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Tachyon.Chain.Ethereum.Bindings.Errors;

// Refusals about a channel, its provider or the bytes shown.

[Error("WrongStatus")]
internal sealed class WrongStatusError : IErrorDTO, IErrorBinding
{
    [Parameter("bytes32", "channelId", 1)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint8", "actual", 2)]
    public byte Actual { get; set; }

    [Parameter("uint8", "expected", 3)]
    public byte Expected { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.WrongStatus(Protocol.Identity.ChannelId.FromBytes(ChannelId), (ChannelStatus)Actual, (ChannelStatus)Expected);
}

[Error("ConfirmTimeoutOver")]
internal sealed class ConfirmTimeoutOverError : IErrorDTO, IErrorBinding
{
    [Parameter("bytes32", "channelId", 1)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint256", "deadline", 2)]
    public BigInteger Deadline { get; set; }

    [Parameter("uint256", "nowSeconds", 3)]
    public BigInteger NowSeconds { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.ConfirmTimeoutOver(Protocol.Identity.ChannelId.FromBytes(ChannelId), Deadline, NowSeconds);
}

[Error("ConfirmTimeoutRuns")]
internal sealed class ConfirmTimeoutRunsError : IErrorDTO, IErrorBinding
{
    [Parameter("bytes32", "channelId", 1)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint256", "deadline", 2)]
    public BigInteger Deadline { get; set; }

    [Parameter("uint256", "nowSeconds", 3)]
    public BigInteger NowSeconds { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.ConfirmTimeoutRuns(Protocol.Identity.ChannelId.FromBytes(ChannelId), Deadline, NowSeconds);
}

[Error("ChallengePeriodRuns")]
internal sealed class ChallengePeriodRunsError : IErrorDTO, IErrorBinding
{
    [Parameter("bytes32", "channelId", 1)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint256", "deadline", 2)]
    public BigInteger Deadline { get; set; }

    [Parameter("uint256", "nowSeconds", 3)]
    public BigInteger NowSeconds { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.ChallengePeriodRuns(Protocol.Identity.ChannelId.FromBytes(ChannelId), Deadline, NowSeconds);
}

[Error("NoFreeSlot")]
internal sealed class NoFreeSlotError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "provider", 1)]
    public string Provider { get; set; } = "";

    [Parameter("uint256", "maximum", 2)]
    public BigInteger Maximum { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.NoFreeSlot(Address.Parse(Provider), Maximum);
}

[Error("ProviderIsProxy")]
internal sealed class ProviderIsProxyError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "provider", 1)]
    public string Provider { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.ProviderIsProxy(Address.Parse(Provider));
}

[Error("ProviderNotProxy")]
internal sealed class ProviderNotProxyError : IErrorDTO, IErrorBinding
{
    [Parameter("address", "provider", 1)]
    public string Provider { get; set; } = "";

    public ContractRefusal ToRefusal() => new ContractRefusal.ProviderNotProxy(Address.Parse(Provider));
}

[Error("BytesNotWholeKB")]
internal sealed class BytesNotWholeKBError : IErrorDTO, IErrorBinding
{
    [Parameter("uint256", "bytesUsed", 1)]
    public BigInteger BytesUsed { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.BytesNotWholeKB(BytesUsed);
}

[Error("RaisesNothing")]
internal sealed class RaisesNothingError : IErrorDTO, IErrorBinding
{
    [Parameter("bytes32", "channelId", 1)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint256", "bytesUsed", 2)]
    public BigInteger BytesUsed { get; set; }

    [Parameter("uint256", "recordedBytes", 3)]
    public BigInteger RecordedBytes { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.RaisesNothing(Protocol.Identity.ChannelId.FromBytes(ChannelId), BytesUsed, RecordedBytes);
}

[Error("ClosureBelowPaid")]
internal sealed class ClosureBelowPaidError : IErrorDTO, IErrorBinding
{
    [Parameter("bytes32", "channelId", 1)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint256", "bytesUsed", 2)]
    public BigInteger BytesUsed { get; set; }

    [Parameter("uint256", "paidBytes", 3)]
    public BigInteger PaidBytes { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.ClosureBelowPaid(Protocol.Identity.ChannelId.FromBytes(ChannelId), BytesUsed, PaidBytes);
}

[Error("ClosureAboveCapacity")]
internal sealed class ClosureAboveCapacityError : IErrorDTO, IErrorBinding
{
    [Parameter("bytes32", "channelId", 1)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint256", "bytesUsed", 2)]
    public BigInteger BytesUsed { get; set; }

    [Parameter("uint256", "capacity", 3)]
    public BigInteger Capacity { get; set; }

    public ContractRefusal ToRefusal() => new ContractRefusal.ClosureAboveCapacity(Protocol.Identity.ChannelId.FromBytes(ChannelId), BytesUsed, Capacity);
}
