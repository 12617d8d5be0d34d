using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Channels;

/// <summary>A consumer's order to raise a channel's capacity, for a relayer to send.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="NewCapacityBytes">The new capacity in bytes, a multiple of 1,000 and above the old one.</param>
/// <param name="ValidUntilSeconds">The last second, in Unix time, at which the contract takes this; at most 86,400 ahead.</param>
public sealed record TopUp(ChannelId ChannelId, ulong NewCapacityBytes, ulong ValidUntilSeconds) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "TopUp(bytes32 channelId,uint64 newCapacity,uint64 validUntil)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[4 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(ChannelId);
        encoder.Write(NewCapacityBytes);
        encoder.Write(ValidUntilSeconds);
        encoder.Hash(destination);
    }
}
