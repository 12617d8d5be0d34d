using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>An operation on chain, for one of the edge's channels, went one step further.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Operation">What the transaction does.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="TransactionHash">The newest transaction's hash; zero while there is none.</param>
/// <param name="GasUsed">Gas that the included transaction used; 0 before.</param>
/// <param name="Text">Why it failed, or of a decline why the provider declines; empty otherwise.</param>
public sealed record SettlementStatus(
    ChannelId ChannelId,
    SettlementOperation Operation,
    SettlementProgress Progress,
    Bytes32 TransactionHash,
    ulong GasUsed,
    string Text) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.SettlementStatus;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.U8((byte)Operation);
        writer.U8((byte)Progress);
        writer.Bytes32(TransactionHash);
        writer.U64(GasUsed);
        writer.CutText(Text, GatewayLimits.MaxTextBytes);
    }

    internal static SettlementStatus? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var operation = reader.Enum<SettlementOperation>();
        var progress = reader.Enum<SettlementProgress>();
        var hash = reader.Bytes32();
        var gasUsed = reader.U64();
        var text = reader.Text(GatewayLimits.MaxTextBytes);
        return reader.Failed ? null : new SettlementStatus(channelId, operation, progress, hash, gasUsed, text);
    }
}
