using System.CommandLine;
using Spectre.Console;
using Tachyon.EdgeTunnel.Control;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge status</c>: what the running node does.</summary>
internal static class StatusCommand
{
    public static RootCommand AddStatus(this RootCommand root)
    {
        root.Subcommands.Add(new Command("status", "Show what the running node does.").Runs(ShowAsync));
        return root;
    }

    private static async Task<ExitCode> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var client = new ControlClient(context.Data);
        var status = await client.StatusAsync(cancellationToken);
        if (context.Json)
        {
            context.Print(status, ControlJson.Default.StatusDocument);
            return ExitCode.Success;
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        void Row(string name, string value) => grid.AddRow(new Text(name), new Text(value));
        Row("node", $"{status.Role} {status.Address}");
        Row("state", Explained(status.State, status.Detail));
        Row("gateway", Explained($"{status.Gateway.State} ({status.Gateway.Url})", status.Gateway.Detail));
        Row("chain", Explained($"{status.Chain.State}, block {status.Chain.FinalBlock} ({status.Chain.Url})", status.Chain.Detail));
        if (status.Socks is not null)
        {
            Row("proxy", $"{status.Socks} (SOCKS5 and HTTP)");
        }

        if (status.Route is { } route)
        {
            Row("route", $"{(route.Connected ? "connected" : "not connected")}, through {route.Relay ?? "a relay to be found"} to exit {route.Exit ?? "to be found"}");
            Row("", $"paid through proxy {route.Proxy}{(route.LockId is null ? "" : $", lock {route.LockId}")}{(route.RelayChannelId is null ? "" : $"; relay's channel {route.RelayChannelId}")}");
        }

        if (status.Offer is { } offer)
        {
            Row("offer", $"{offer.PricePerMBIpx} IPX per MB at {offer.Endpoint}, {offer.SlotsUsed} of {offer.SlotsTotal} slots used{(offer.NewChannels ? "" : ", drains: no new channels")}");
        }

        foreach (var budget in status.Budgets)
        {
            var limit = budget.LimitBytes is { } bytes ? Figures.Bytes(bytes) : $"{budget.LimitIpx} IPX";
            Row($"{budget.Period} budget", $"{Figures.Bytes(budget.SpentBytes)} for {budget.SpentIpx} IPX signed for, of {limit}");
        }

        if (status.Reputation is { } reputation)
        {
            var waiting = reputation.Waiting == 0 ? "" : $", {reputation.Waiting} waiting for the gateway";
            Row("reputation", $"{reputation.Standing} statements known, policy {reputation.Policy}; own: {reputation.Published} published{waiting}");
        }

        var totals = status.Totals;
        Row("traffic", $"{Figures.Bytes(totals.AgreedBytes)} agreed, {totals.MBPerSecond:0.0} MB/s, {totals.Streams} streams");
        Row("units", $"{totals.UnitsSigned} signed, {totals.UnitsVerified} verified, {totals.Checkpoints} checkpoints");
        Row("accrued", $"{totals.TokensAccruedIpx} IPX");
        context.Console.Write(grid);
        if (status.Channels.Count > 0)
        {
            context.Console.Write(ChannelTable.Of(status.Channels));
        }

        return ExitCode.Success;
    }

    private static string Explained(string state, string? detail) => detail is null ? state : $"{state}: {detail}";
}
