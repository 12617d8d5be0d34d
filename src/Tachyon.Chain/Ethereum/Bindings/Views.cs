using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Tachyon.Chain.Ethereum.Bindings;

// The views of the payment channels.

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

/// <summary>What getChannel returns.</summary>
[FunctionOutput]
internal sealed class GetChannelOutput : IFunctionOutputDTO
{
    [Parameter("tuple", "", 1)]
    public ChannelViewStruct Channel { get; set; } = new();
}
