using Nethereum.ABI;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RPC.Eth.DTOs;

namespace Nethereum.Contracts;

/// <summary>Logs to events.</summary>
public static class EventExtensions
{
    /// <summary>The event in a log; null when the log is of another event.</summary>
    public static EventLog<TEventDTO> DecodeEvent<TEventDTO>(this FilterLog log)
        where TEventDTO : new()
    {
        var schema = AbiSchema.Of(typeof(TEventDTO));
        var indexed = schema.Members.Where(m => m.Indexed).ToList();
        if (log.Topics is not [var signature, .. var topics]
            || !ABITypedRegistry.GetEvent<TEventDTO>().IsTopic(signature)
            || topics.Length != indexed.Count)
        {
            return null;
        }

        var decoded = new TEventDTO();
        for (var i = 0; i < indexed.Count; i++)
        {
            var (property, type, _) = indexed[i];
            // Of a dynamic value the topic is only the hash.
            var value = type.IsDynamic
                ? topics[i].ToString()
                : AbiDecoder.Decode(type, topics[i].ToString().HexToByteArray(), property.PropertyType);
            property.SetValue(decoded, value);
        }

        AbiDecoder.DecodeMembers(schema.Where(m => !m.Indexed), log.Data.HexToByteArray(), decoded);
        return new EventLog<TEventDTO>(decoded, log);
    }

    public static List<EventLog<TEventDTO>> DecodeAllEvents<TEventDTO>(this FilterLog[] logs)
        where TEventDTO : new()
        => [.. (logs ?? []).Select(DecodeEvent<TEventDTO>).Where(decoded => decoded is not null)];

    public static List<EventLog<TEventDTO>> DecodeAllEvents<TEventDTO>(this TransactionReceipt transactionReceipt)
        where TEventDTO : new()
        => transactionReceipt.Logs.DecodeAllEvents<TEventDTO>();
}
