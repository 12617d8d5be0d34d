using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Tachyon.Chain.Ethereum.Bindings;

// The events of payment, of closing and of proxies.

[Event("ChannelClaimed")]
internal sealed class ChannelClaimedLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint64", "bytesPaid", 2, false)]
    public ulong BytesPaid { get; set; }

    [Parameter("uint256", "amount", 3, false)]
    public BigInteger Amount { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelClaimed(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), BytesPaid, new TokenAmount(Amount));
}

[Event("ChannelClosing")]
internal sealed class ChannelClosingLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint64", "consumerBytes", 2, false)]
    public ulong ConsumerBytes { get; set; }

    [Parameter("uint64", "providerBytes", 3, false)]
    public ulong ProviderBytes { get; set; }

    [Parameter("uint40", "deadline", 4, false)]
    public ulong Deadline { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelClosing(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), ConsumerBytes, ProviderBytes, Deadline);
}

[Event("ChannelChallenged")]
internal sealed class ChannelChallengedLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint64", "consumerBytes", 2, false)]
    public ulong ConsumerBytes { get; set; }

    [Parameter("uint64", "providerBytes", 3, false)]
    public ulong ProviderBytes { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelChallenged(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), ConsumerBytes, ProviderBytes);
}

[Event("ChannelSettled")]
internal sealed class ChannelSettledLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint64", "consumerBytes", 2, false)]
    public ulong ConsumerBytes { get; set; }

    [Parameter("uint64", "providerBytes", 3, false)]
    public ulong ProviderBytes { get; set; }

    [Parameter("uint256", "paid", 4, false)]
    public BigInteger Paid { get; set; }

    [Parameter("uint256", "burned", 5, false)]
    public BigInteger Burned { get; set; }

    [Parameter("uint256", "refunded", 6, false)]
    public BigInteger Refunded { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelSettled(
            at, Protocol.Identity.ChannelId.FromBytes(ChannelId), ConsumerBytes, ProviderBytes, new TokenAmount(Paid), new TokenAmount(Burned), new TokenAmount(Refunded));
}

[Event("ChannelClosed")]
internal sealed class ChannelClosedLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint64", "bytesUsed", 2, false)]
    public ulong BytesUsed { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelClosed(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), BytesUsed);
}

[Event("BatchItemSkipped")]
internal sealed class BatchItemSkippedLog : IEventDTO, IEventBinding
{
    [Parameter("uint256", "position", 1, false)]
    public BigInteger Position { get; set; }

    [Parameter("bytes32", "channelId", 2, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("bytes", "reason", 3, false)]
    public byte[] Reason { get; set; } = [];

    public ChainEvent ToEvent(LogPosition at)
        => new BatchItemSkipped(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), (int)Position, RefusalDecoder.Decode(Reason));
}

[Event("ProxyRegistered")]
internal sealed class ProxyRegisteredLog : IEventDTO, IEventBinding
{
    [Parameter("address", "proxy", 1, true)]
    public string Proxy { get; set; } = "";

    [Parameter("uint256", "bond", 2, false)]
    public BigInteger Bond { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ProxyRegistered(at, Address.Parse(Proxy), new TokenAmount(Bond));
}

[Event("ProxyLeaving")]
internal sealed class ProxyLeavingLog : IEventDTO, IEventBinding
{
    [Parameter("address", "proxy", 1, true)]
    public string Proxy { get; set; } = "";

    [Parameter("uint40", "leavesAt", 2, false)]
    public ulong LeavesAt { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ProxyLeaving(at, Address.Parse(Proxy), LeavesAt);
}

[Event("ProxyLeft")]
internal sealed class ProxyLeftLog : IEventDTO, IEventBinding
{
    [Parameter("address", "proxy", 1, true)]
    public string Proxy { get; set; } = "";

    [Parameter("uint256", "bond", 2, false)]
    public BigInteger Bond { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ProxyLeft(at, Address.Parse(Proxy), new TokenAmount(Bond));
}
