using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Routes;

/// <summary>What a proxy lets an exit serve one route's tag, cumulative (protocol, Routes).</summary>
/// <param name="ChannelId">The pool: the proxy's channel to the exit.</param>
/// <param name="Tag">The route's tag.</param>
/// <param name="BytesUsed">Cumulative bytes of the tag that the proxy stands for.</param>
public sealed record TagCredit(ChannelId ChannelId, Bytes32 Tag, ulong BytesUsed) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "TagCredit(bytes32 channelId,bytes32 tag,uint64 bytesUsed)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[4 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(ChannelId);
        encoder.Write(Tag);
        encoder.Write(BytesUsed);
        encoder.Hash(destination);
    }
}
