using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel;

/// <summary>How a channel ended on chain (protocol, Settlement). Paid, burned and refunded add up to the deposit.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="BytesUsed">The bytes that were settled.</param>
/// <param name="Paid">What the provider got, in base units of the token.</param>
/// <param name="Burned">What a dispute burned.</param>
/// <param name="Refunded">What came back to the consumer.</param>
/// <param name="TransactionHash">The transaction that settled it, 0x and 64 hexadecimal digits.</param>
public sealed record ConsumerReceipt(
    ChannelId ChannelId, ulong BytesUsed, TokenAmount Paid, TokenAmount Burned, TokenAmount Refunded, string TransactionHash);
