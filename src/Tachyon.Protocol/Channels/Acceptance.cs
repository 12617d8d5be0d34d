using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Channels;

/// <summary>A provider's promise to take a channel, with which the consumer opens it straight to active.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="ExpirySeconds">The last second, in Unix time, at which the promise holds; at most 600 ahead.</param>
public sealed record Acceptance(ChannelId ChannelId, ulong ExpirySeconds) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "Acceptance(bytes32 channelId,uint64 expiry)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[3 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(ChannelId);
        encoder.Write(ExpirySeconds);
        encoder.Hash(destination);
    }
}
