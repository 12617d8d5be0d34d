using Tachyon.Protocol.Amounts;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The edge sells: it is matched to consumers from now on, for as long as it is heard from. Announcing again replaces the
/// offer; a <see cref="Drain"/> goes on until it is ended. Answered by <see cref="Accepted"/> or <see cref="Refused"/>.
/// </summary>
/// <param name="Endpoint">Where consumers connect: host:port or [IPv6]:port, at most <see cref="GatewayLimits.MaxEndpointBytes"/> bytes.</param>
/// <param name="PricePerMB">Base units per 1,000,000 bytes, above zero; channels below it are not confirmed.</param>
/// <param name="ToleranceLimitPpm">The highest tolerance that it accepts, in parts per million.</param>
/// <param name="MinCapacityBytes">The smallest opening capacity that it accepts.</param>
/// <param name="MaxCapacityBytes">The largest opening capacity that it accepts; 0 for no limit of its own.</param>
/// <param name="Slots">How many channels it serves at once, 1 to <see cref="ProtocolConstants.MaxActiveChannels"/>.</param>
/// <param name="ChannelCapBytes">The most bytes that it serves on one channel, top-ups included; 0 for no cap.</param>
/// <param name="MonthlyCapBytes">The most bytes that it serves in a calendar month (UTC) over all its channels; 0 for no cap.</param>
public sealed record Announce(
    string Endpoint,
    TokenAmount PricePerMB,
    uint ToleranceLimitPpm,
    ulong MinCapacityBytes,
    ulong MaxCapacityBytes,
    byte Slots,
    ulong ChannelCapBytes = 0,
    ulong MonthlyCapBytes = 0) : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Announce;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Text(Endpoint, GatewayLimits.MaxEndpointBytes);
        writer.Amount(PricePerMB);
        writer.U32(ToleranceLimitPpm);
        writer.U64(MinCapacityBytes);
        writer.U64(MaxCapacityBytes);
        writer.U8(Slots);
        writer.U64(ChannelCapBytes);
        writer.U64(MonthlyCapBytes);
    }

    internal static Announce? Read(ref GatewayReader reader)
    {
        var endpoint = reader.Text(GatewayLimits.MaxEndpointBytes);
        var pricePerMB = reader.Amount();
        var toleranceLimitPpm = reader.U32();
        var minCapacityBytes = reader.U64();
        var maxCapacityBytes = reader.U64();
        var slots = reader.U8();
        var channelCapBytes = reader.U64();
        var monthlyCapBytes = reader.U64();
        return reader.Failed
            ? null
            : new Announce(endpoint, pricePerMB, toleranceLimitPpm, minCapacityBytes, maxCapacityBytes, slots, channelCapBytes, monthlyCapBytes);
    }
}
