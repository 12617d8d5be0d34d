using System.Globalization;
using Tachyon.EdgeTunnel.Control;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>Where a close stands, when the deposit comes back, and how much of it: in plain sentences.</summary>
internal static class CloseSentences
{
    public static string Of(ChannelDocument channel)
    {
        if (channel.Settlement is { } settlement)
        {
            var burned = settlement.Burned == "0" ? "" : $", {settlement.BurnedIpx} IPX were burned because the counts were in dispute";
            return $"Settled at {Figures.Bytes(settlement.BytesUsed)}: {settlement.RefundedIpx} IPX returned to consumer {channel.Consumer}, "
                + $"{settlement.PaidIpx} IPX went to provider {channel.Provider}{burned}.";
        }

        if (channel.Close is not { } close)
        {
            return $"The channel is {channel.Phase}; nobody is closing it.";
        }

        var held = close.Detail is { } detail ? $" So far: {detail}." : "";
        return close.State switch
        {
            "signing" => $"Both sides are to sign the final bytes.{held}",
            "relaying" => $"Both sides have signed; the close is on its way to the chain.{held}",
            "starting" => $"Nothing more is served or signed on the channel; the close is on its way to the chain.{held}",
            "challenge" => $"The challenge period runs until {Time(close.SettleFromMs)}. {Expected(channel, close)}{held}",
            "settling" => $"The challenge period is over; the payout is on its way to the chain. {Expected(channel, close)}{held}",
            "waiting" => $"The chain has the close; waiting until it is final.{held}",
            "failed" => $"The close did not go on: {close.Detail}. With the other side gone, \"channels force-close {channel.ChannelId}\" closes without it.",
            _ => $"The close is {close.State}.{held}",
        };
    }

    private static string Expected(ChannelDocument channel, CloseDocument close)
    {
        if (close.ExpectedRefundIpx is null)
        {
            return "";
        }

        var burned = close.ExpectedBurned is null or "0" ? "" : $", and {close.ExpectedBurnedIpx} IPX are burned because the counts are in dispute";
        return $"Unless somebody shows newer units before the payout, {close.ExpectedRefundIpx} IPX return to consumer {channel.Consumer}, "
            + $"{close.ExpectedPaidIpx} IPX are the provider's{burned}.";
    }

    private static string Time(long? unixMs) => unixMs is { } at
        ? DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
        : "a time that the chain has not shown yet";
}
