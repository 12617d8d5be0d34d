using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A channel as the silo holds it durably. The edge believes only its own RPC endpoint about the part from the chain;
/// the units carry the parties' signatures and prove themselves.
/// </summary>
public sealed record ChannelViewReply : GatewayReply
{
    /// <summary>The channel.</summary>
    public required ChannelId ChannelId { get; init; }

    /// <summary>The terms, with the opening capacity.</summary>
    public required Terms Terms { get; init; }

    /// <summary>Where the channel stands on chain, as the silo sees it.</summary>
    public required ChannelPhase Phase { get; init; }

    /// <summary>The capacity with all top-ups, in bytes.</summary>
    public ulong CapacityBytes { get; init; }

    /// <summary>Bytes that claims on chain have already paid for.</summary>
    public ulong PaidBytes { get; init; }

    /// <summary>The end of the time to confirm, Unix seconds, exclusive; 0 unless opened.</summary>
    public ulong ConfirmBeforeSeconds { get; init; }

    /// <summary>From when on the channel can be settled, Unix seconds; 0 unless closing.</summary>
    public ulong SettleFromSeconds { get; init; }

    /// <summary>The newest durable units; null while there is none.</summary>
    public ChannelUnits? Units { get; init; }

    /// <summary>The consumer's signed closure; null if none is known.</summary>
    public SignedClosure? ConsumerClosure { get; init; }

    /// <summary>The provider's signed closure; null if none is known.</summary>
    public SignedClosure? ProviderClosure { get; init; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.ChannelViewReply;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(ChannelId);
        writer.Terms(Terms);
        writer.U8((byte)Phase);
        writer.U64(CapacityBytes);
        writer.U64(PaidBytes);
        writer.U64(ConfirmBeforeSeconds);
        writer.U64(SettleFromSeconds);
        writer.Flag(Units is not null);
        Units?.Write(writer);
        WriteClosure(writer, ConsumerClosure);
        WriteClosure(writer, ProviderClosure);
    }

    internal static ChannelViewReply? Read(ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var terms = reader.Terms();
        var phase = reader.EnumOrNone<ChannelPhase>();
        var capacityBytes = reader.U64();
        var paidBytes = reader.U64();
        var confirmBefore = reader.U64();
        var settleFrom = reader.U64();
        var units = reader.Flag() ? ChannelUnits.Read(ref reader) : null;
        var consumerClosure = reader.Flag() ? reader.SignedClosure() : null;
        var providerClosure = reader.Flag() ? reader.SignedClosure() : null;
        return reader.Failed
            ? null
            : new ChannelViewReply
            {
                ChannelId = channelId,
                Terms = terms!,
                Phase = phase,
                CapacityBytes = capacityBytes,
                PaidBytes = paidBytes,
                ConfirmBeforeSeconds = confirmBefore,
                SettleFromSeconds = settleFrom,
                Units = units,
                ConsumerClosure = consumerClosure,
                ProviderClosure = providerClosure,
            };
    }

    private static void WriteClosure(GatewayWriter writer, SignedClosure? closure)
    {
        writer.Flag(closure is not null);
        if (closure is not null)
        {
            writer.SignedClosure(closure);
        }
    }
}
