using System.Collections.Frozen;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RPC.Eth.DTOs;

namespace Tachyon.Chain.Ethereum.Bindings;

/// <summary>Logs of the payment channels to events.</summary>
internal static class EventDecoder
{
    private static readonly FrozenDictionary<string, Func<FilterLog, LogPosition, ChainEvent?>> Decoders =
        new Dictionary<string, Func<FilterLog, LogPosition, ChainEvent?>>
        {
            [Topic<ChannelOpenedLog>()] = Decode<ChannelOpenedLog>,
            [Topic<ChannelConfirmedLog>()] = Decode<ChannelConfirmedLog>,
            [Topic<ChannelDeclinedLog>()] = Decode<ChannelDeclinedLog>,
            [Topic<ChannelExpiredLog>()] = Decode<ChannelExpiredLog>,
            [Topic<ChannelToppedUpLog>()] = Decode<ChannelToppedUpLog>,
            [Topic<ChannelClaimedLog>()] = Decode<ChannelClaimedLog>,
            [Topic<ChannelClosingLog>()] = Decode<ChannelClosingLog>,
            [Topic<ChannelChallengedLog>()] = Decode<ChannelChallengedLog>,
            [Topic<ChannelSettledLog>()] = Decode<ChannelSettledLog>,
            [Topic<ChannelClosedLog>()] = Decode<ChannelClosedLog>,
            [Topic<BatchItemSkippedLog>()] = Decode<BatchItemSkippedLog>,
            [Topic<ProxyRegisteredLog>()] = Decode<ProxyRegisteredLog>,
            [Topic<ProxyLeavingLog>()] = Decode<ProxyLeavingLog>,
            [Topic<ProxyLeftLog>()] = Decode<ProxyLeftLog>,
        }.ToFrozenDictionary();

    /// <summary>The event in a log, or null when it is none that this version knows.</summary>
    public static ChainEvent? Decode(FilterLog log)
    {
        if (log.Topics is not [string topic, ..] || !Decoders.TryGetValue(topic.RemoveHexPrefix(), out var decode))
        {
            return null;
        }

        return decode(log, new LogPosition(
            (ulong)log.BlockNumber.Value,
            Bytes32.Parse(log.BlockHash),
            Bytes32.Parse(log.TransactionHash),
            (uint)log.LogIndex.Value));
    }

    private static string Topic<TEvent>() => ABITypedRegistry.GetEvent<TEvent>().Sha3Signature.RemoveHexPrefix();

    private static ChainEvent? Decode<TEvent>(FilterLog log, LogPosition at)
        where TEvent : IEventBinding, new()
        => log.DecodeEvent<TEvent>()?.Event.ToEvent(at);
}
