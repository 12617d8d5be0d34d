using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Routes;

/// <summary>What an exit counted for one route's tag, cumulative and rounded up before summing (protocol, Routes).</summary>
/// <param name="ChannelId">The pool: the proxy's channel to the exit.</param>
/// <param name="Tag">The route's tag.</param>
/// <param name="Index">Counts the exit's statements of this tag, from 1.</param>
/// <param name="BytesUsed">Cumulative bytes of the tag in whole KB.</param>
/// <param name="TimestampMs">Unix time in milliseconds.</param>
public sealed record TagCount(
    ChannelId ChannelId,
    Bytes32 Tag,
    ulong Index,
    ulong BytesUsed,
    ulong TimestampMs) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "TagCount(bytes32 channelId,bytes32 tag,uint64 index,uint64 bytesUsed,uint64 timestamp)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[6 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(ChannelId);
        encoder.Write(Tag);
        encoder.Write(Index);
        encoder.Write(BytesUsed);
        encoder.Write(TimestampMs);
        encoder.Hash(destination);
    }
}
