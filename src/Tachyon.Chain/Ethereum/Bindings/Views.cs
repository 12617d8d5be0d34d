using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Tachyon.Chain.Ethereum.Bindings;

// The views of the payment channels and of their register of proxies.

[Function("getChannel", typeof(GetChannelOutput))]
internal sealed class GetChannelMessage : FunctionMessage
{
    [Parameter("bytes32", "channelId", 1)]
    public byte[] ChannelId { get; set; } = [];
}

[Function("activeChannels", "uint256")]
internal sealed class ActiveChannelsMessage : FunctionMessage
{
    [Parameter("address", "provider", 1)]
    public string Provider { get; set; } = "";
}

[Function("proxyOf", typeof(ProxyOfOutput))]
internal sealed class ProxyOfMessage : FunctionMessage
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";
}

[Function("activeLocks", "uint256")]
internal sealed class ActiveLocksMessage : FunctionMessage
{
    [Parameter("address", "account", 1)]
    public string Account { get; set; } = "";
}

[Function("channelIdOf", "bytes32")]
internal sealed class ChannelIdOfMessage : FunctionMessage
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();
}

[Function("domainSeparator", "bytes32")]
internal sealed class DomainSeparatorMessage : FunctionMessage;

[Function("token", "address")]
internal sealed class TokenMessage : FunctionMessage;

[Function("confirmTimeout", "uint256")]
internal sealed class ConfirmTimeoutMessage : FunctionMessage;

[Function("challengePeriod", "uint256")]
internal sealed class ChallengePeriodMessage : FunctionMessage;

[Function("checkpointBytes", "uint256")]
internal sealed class CheckpointBytesMessage : FunctionMessage;

[Function("maxActiveChannels", "uint256")]
internal sealed class MaxActiveChannelsMessage : FunctionMessage;

[Function("proxyFeePercent", "uint256")]
internal sealed class ProxyFeePercentMessage : FunctionMessage;

[Function("maxValidity", "uint256")]
internal sealed class MaxValidityMessage : FunctionMessage;

[Function("maxAcceptanceValidity", "uint256")]
internal sealed class MaxAcceptanceValidityMessage : FunctionMessage;

[Function("maxCapacity", "uint256")]
internal sealed class MaxCapacityMessage : FunctionMessage;

[Function("proxyBond", "uint256")]
internal sealed class ProxyBondMessage : FunctionMessage;

[Function("leavingDelay", "uint256")]
internal sealed class LeavingDelayMessage : FunctionMessage;

/// <summary>What getChannel returns.</summary>
[FunctionOutput]
internal sealed class GetChannelOutput : IFunctionOutputDTO
{
    [Parameter("tuple", "", 1)]
    public ChannelViewStruct Channel { get; set; } = new();
}

/// <summary>What proxyOf returns.</summary>
[FunctionOutput]
internal sealed class ProxyOfOutput : IFunctionOutputDTO
{
    [Parameter("uint8", "status", 1)]
    public byte Status { get; set; }

    [Parameter("uint40", "leavesAt", 2)]
    public ulong LeavesAt { get; set; }
}
