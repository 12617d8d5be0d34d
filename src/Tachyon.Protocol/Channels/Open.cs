using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Channels;

/// <summary>A consumer's order to open a channel, for a relayer to send.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="ValidUntilSeconds">The last second, in Unix time, at which the contract takes this; at most 86,400 ahead.</param>
public sealed record Open(ChannelId ChannelId, ulong ValidUntilSeconds) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "Open(bytes32 channelId,uint64 validUntil)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[3 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(ChannelId);
        encoder.Write(ValidUntilSeconds);
        encoder.Hash(destination);
    }
}
