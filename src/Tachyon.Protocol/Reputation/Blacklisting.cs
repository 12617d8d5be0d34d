using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Reputation;

/// <summary>A party's statement that it deals with the other party of a channel no more, or its revocation (protocol, Reputation).</summary>
/// <param name="Issuer">Who states it: a party of the channel.</param>
/// <param name="Subject">The channel's other party.</param>
/// <param name="ChannelId">A channel of both that has paid or settled something.</param>
/// <param name="Reason">The issuer's reason, see <see cref="BlacklistingReason"/>.</param>
/// <param name="TimestampMs">Unix time in milliseconds.</param>
/// <param name="Revoked">Whether an earlier statement is taken back.</param>
/// <param name="Evidence">Hash of the evidence that goes with it, see <see cref="BlacklistingEvidence"/>, or zero.</param>
public sealed record Blacklisting(
    Address Issuer,
    Address Subject,
    ChannelId ChannelId,
    byte Reason,
    ulong TimestampMs,
    bool Revoked,
    Bytes32 Evidence) : ITypedMessage
{
    internal static readonly Bytes32 TypeHash = Keccak256.HashText(
        "Blacklisting(address issuer,address subject,bytes32 channelId,uint8 reason,uint64 timestamp,bool revoked,bytes32 evidence)");

    void ITypedMessage.WriteStructHash(Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[8 * StructEncoder.WordLength];
        var encoder = new StructEncoder(buffer, TypeHash);
        encoder.Write(Issuer);
        encoder.Write(Subject);
        encoder.Write(ChannelId);
        encoder.Write(Reason);
        encoder.Write(TimestampMs);
        encoder.Write(Revoked);
        encoder.Write(Evidence);
        encoder.Hash(destination);
    }
}
