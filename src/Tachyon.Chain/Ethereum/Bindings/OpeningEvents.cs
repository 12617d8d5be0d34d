using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Tachyon.Chain.Ethereum.Bindings;

// The events before service.

[Event("ChannelOpened")]
internal sealed class ChannelOpenedLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("address", "consumer", 2, true)]
    public string Consumer { get; set; } = "";

    [Parameter("address", "provider", 3, true)]
    public string Provider { get; set; } = "";

    [Parameter("uint64", "capacity", 4, false)]
    public ulong Capacity { get; set; }

    [Parameter("uint96", "pricePerMB", 5, false)]
    public BigInteger PricePerMB { get; set; }

    [Parameter("uint32", "tolerance", 6, false)]
    public uint Tolerance { get; set; }

    [Parameter("uint8", "kind", 7, false)]
    public byte Kind { get; set; }

    [Parameter("bytes32", "salt", 8, false)]
    public byte[] Salt { get; set; } = [];

    [Parameter("uint40", "confirmBefore", 9, false)]
    public ulong ConfirmBefore { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelOpened(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), new Terms(
            Address.Parse(Consumer), Address.Parse(Provider), Capacity, new TokenAmount(PricePerMB), Tolerance, (ChannelKind)Kind, Bytes32.FromBytes(Salt)), ConfirmBefore);
}

[Event("ChannelConfirmed")]
internal sealed class ChannelConfirmedLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelConfirmed(at, Protocol.Identity.ChannelId.FromBytes(ChannelId));
}

[Event("ChannelDeclined")]
internal sealed class ChannelDeclinedLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint256", "refunded", 2, false)]
    public BigInteger Refunded { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelDeclined(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), new TokenAmount(Refunded));
}

[Event("ChannelExpired")]
internal sealed class ChannelExpiredLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint256", "refunded", 2, false)]
    public BigInteger Refunded { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelExpired(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), new TokenAmount(Refunded));
}

[Event("ChannelToppedUp")]
internal sealed class ChannelToppedUpLog : IEventDTO, IEventBinding
{
    [Parameter("bytes32", "channelId", 1, true)]
    public byte[] ChannelId { get; set; } = [];

    [Parameter("uint64", "capacity", 2, false)]
    public ulong Capacity { get; set; }

    [Parameter("uint256", "deposited", 3, false)]
    public BigInteger Deposited { get; set; }

    public ChainEvent ToEvent(LogPosition at)
        => new ChannelToppedUp(at, Protocol.Identity.ChannelId.FromBytes(ChannelId), Capacity, new TokenAmount(Deposited));
}
