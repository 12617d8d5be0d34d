using Spectre.Console;
using Spectre.Console.Rendering;
using Tachyon.EdgeTunnel.Control;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>Channels as a table for people.</summary>
internal static class ChannelTable
{
    public static IRenderable Of(IReadOnlyList<ChannelDocument> channels)
    {
        // Nothing may be cut from an id that someone will copy: rows, not narrow columns.
        var rows = new List<IRenderable>();
        foreach (var channel in channels)
        {
            rows.Add(new Text(channel.ChannelId, new Style(decoration: Decoration.Bold)));
            rows.Add(new Padder(Details(channel), new Padding(2, 0, 0, 1)));
        }

        return new Rows(rows);
    }

    private static Grid Details(ChannelDocument channel)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        void Row(string name, string value) => grid.AddRow(new Text(name), new Text(value));
        Row("phase", channel.Connected ? $"{channel.Phase}, connected, {channel.Streams} streams" : channel.Phase);
        if (channel.Kind != "direct")
        {
            Row("kind", channel.Kind == "lock" ? "lock: pays a proxy for a route" : "pool: a proxy pays for its routes that end here");
        }

        Row("peer", channel.Role == "consumer" ? $"provider {channel.Provider}" : $"consumer {channel.Consumer}");
        Row("used", $"{Figures.Bytes(channel.AgreedBytes)} agreed of {Figures.Bytes(channel.CapacityBytes)} "
            + $"(own count {Figures.Bytes(channel.OwnBytes)}, peer's {Figures.Bytes(channel.PeerBytes)}), {channel.MBPerSecond:0.0} MB/s");
        Row("price", $"{channel.PricePerMBIpx} IPX per MB, {channel.TokensAccruedIpx} IPX accrued, tolerance {channel.TolerancePpm} ppm");
        Row("money", $"{channel.DepositIpx} IPX deposited, " + (channel.Settlement is { } end
            ? $"{end.PaidIpx} paid, {end.RefundedIpx} returned" + (end.Burned == "0" ? "" : $", {end.BurnedIpx} burned")
            : $"{channel.PaidIpx} paid by claims, {channel.UnclaimedIpx} signed for and not claimed"));
        if (channel.Difference is { } difference)
        {
            Row("difference", $"provider {Figures.Bytes(difference.ProviderUnitBytes)}, consumer {Figures.Bytes(difference.ConsumerUnitBytes)}, "
                + $"{Figures.Bytes(difference.AllowedBytes)} apart are allowed{(difference.IsDispute ? ": IN DISPUTE" : "")}");
        }

        if (channel.DeadlineMs is { } deadline)
        {
            Row("deadline", $"{DateTimeOffset.FromUnixTimeMilliseconds(deadline).UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC ({(channel.Phase == "opened" ? "to confirm" : "then it is settled")})");
        }

        if (channel.TopUp is { } topUp)
        {
            Row("top-up", $"to {Figures.Bytes(topUp.CapacityBytes)}: {topUp.State}{(topUp.Detail is null ? "" : $", {topUp.Detail}")}");
        }

        Row("units", $"{channel.UnitsSigned} signed, {channel.UnitsVerified} verified, {channel.Checkpoints} checkpoints");
        if (channel.Close is { } close)
        {
            Row("close", close.Detail is null ? close.State : $"{close.State}: {close.Detail}");
        }

        if (channel.Settlement is { } settlement)
        {
            Row("settled", $"{Figures.Bytes(settlement.BytesUsed)} paid, block {settlement.BlockNumber}, transaction {settlement.TransactionHash}");
        }

        return grid;
    }
}
