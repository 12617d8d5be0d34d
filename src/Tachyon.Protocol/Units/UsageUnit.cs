using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Units;

/// <summary>A usage statement: the cumulative bytes of a channel, stated by whoever signs it (protocol, Units).</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Index">Counts the signer's units of this channel, from 1.</param>
/// <param name="BytesUsed">Sum of TX and RX over all sessions of the channel, in whole KB, at most the capacity.</param>
/// <param name="Consumer">The channel's consumer.</param>
/// <param name="Provider">The channel's provider.</param>
/// <param name="TimestampMs">Unix time in milliseconds.</param>
/// <param name="CounterUnit">
/// hashStruct of the newest unit of the other side that the signer would itself countersign; zero before the first.
/// </param>
public sealed record UsageUnit(
    ChannelId ChannelId,
    ulong Index,
    ulong BytesUsed,
    Address Consumer,
    Address Provider,
    ulong TimestampMs,
    Bytes32 CounterUnit) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "UsageUnit(bytes32 channelId,uint64 index,uint64 bytesUsed,address consumer,address provider,uint64 timestamp,bytes32 counterUnit)");

    /// <summary>hashStruct of this unit, without domain and signature: how the other side names it.</summary>
    public Bytes32 StructHash() => TypedData.StructHash(this);

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[8 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(ChannelId);
        encoder.Write(Index);
        encoder.Write(BytesUsed);
        encoder.Write(Consumer);
        encoder.Write(Provider);
        encoder.Write(TimestampMs);
        encoder.Write(CounterUnit);
        encoder.Hash(destination);
    }
}
