using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Channels;

/// <summary>Both sides' agreement on the final count. Whoever signs one serves and signs no more on that channel (protocol, Settlement).</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="BytesUsed">The final count in whole KB, neither below what is paid nor above the capacity.</param>
/// <param name="ValidUntilSeconds">The last second, in Unix time, at which the contract takes this; at most 86,400 ahead.</param>
public sealed record Closure(ChannelId ChannelId, ulong BytesUsed, ulong ValidUntilSeconds) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "Closure(bytes32 channelId,uint64 bytesUsed,uint64 validUntil)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[4 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(ChannelId);
        encoder.Write(BytesUsed);
        encoder.Write(ValidUntilSeconds);
        encoder.Hash(destination);
    }
}
