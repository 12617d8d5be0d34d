using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge usage</c>: what was moved and what it cost, from the journal, whether a node runs or not.</summary>
internal static class UsageCommand
{
    private static readonly Option<string> By = new("--by")
    {
        Description = "one row for each session, day (UTC), peer or channel (default: session)",
        HelpName = "session|day|peer|channel",
        DefaultValueFactory = _ => "session",
    };

    private static readonly Option<string?> From = new("--from") { Description = "the first day, e.g. 2026-11-01 (UTC)", HelpName = "DAY" };

    private static readonly Option<string?> To = new("--to") { Description = "the last day, included (UTC)", HelpName = "DAY" };

    private static readonly Option<bool> Csv = new("--csv") { Description = "print comma-separated values with a head line" };

    public static RootCommand AddUsage(this RootCommand root)
    {
        var command = new Command(
            "usage",
            "Show what was moved and what it cost: this node's count, the other side's, what both signed, and its price. "
            + "Reads the journal, so that no node needs to run.\n\nExample: tachyon-edge usage --by day --from 2026-11-01 --csv");
        By.AcceptOnlyFromAmong("session", "day", "peer", "channel");
        command.Options.Add(By);
        command.Options.Add(From);
        command.Options.Add(To);
        command.Options.Add(Csv);
        root.Subcommands.Add(command.Runs(RunAsync));
        return root;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var from = DayOf(context, From, DateOnly.MinValue);
        var to = DayOf(context, To, DateOnly.MaxValue.AddDays(-1));
        using var journal = await JournalArchive.OpenAsync(context.Data);
        var report = UsageReport.Of(
            Enum.Parse<UsageGrouping>(context.Parsed.GetRequiredValue(By), ignoreCase: true),
            journal.Sessions.Load(0, long.MaxValue),
            journal.Sessions.LoadDays(from, to.AddDays(1)));
        if (context.Json)
        {
            context.Print(report, CliJson.Default.UsageDocument);
        }
        else if (context.Parsed.GetValue(Csv))
        {
            await context.Output.WriteAsync(UsageReport.Csv(report));
        }
        else
        {
            Show(context, report);
        }

        return ExitCode.Success;
    }

    private static DateOnly DayOf(CommandContext context, Option<string?> option, DateOnly fallback)
    {
        if (context.Parsed.GetValue(option) is not { } text)
        {
            return fallback;
        }

        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new ConfigException([new ConfigFault(option.Name, text, "must be a day such as 2026-11-01", null)]);
    }

    private static void Show(CommandContext context, UsageDocument report)
    {
        if (report.Rows.Count == 0)
        {
            context.Output.WriteLine("nothing was moved in that time");
            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in new[] { report.By, "with", "own count", "peer's count", "both signed", "IPX" })
        {
            table.AddColumn(column);
        }

        foreach (var row in report.Rows)
        {
            table.AddRow(Cells(report.By, row));
        }

        table.AddRow("total", SessionsOf(report.Total.Sessions), Figures.Bytes(report.Total.OwnBytes), Figures.Bytes(report.Total.PeerBytes), Figures.Bytes(report.Total.AgreedBytes), report.Total.TokensIpx);
        context.Console.Write(table);
    }

    private static string[] Cells(string by, UsageRowDocument row)
    {
        var name = by switch
        {
            "session" => $"{UsageReport.Time(row.StartedAtMs)} {row.EndReason ?? "(no end)"}",
            "day" => row.Day!,
            "peer" => row.Peer!,
            _ => row.ChannelId!,
        };
        var with = by == "day" ? SessionsOf(row.Sessions) : row.Role == "consumer" ? $"provider {row.Peer}" : $"consumer {row.Peer}";
        return [.. new[] { name, with, Figures.Bytes(row.OwnBytes), Figures.Bytes(row.PeerBytes), Figures.Bytes(row.AgreedBytes), row.TokensIpx }.Select(Markup.Escape)];
    }

    private static string SessionsOf(int count) => count == 1 ? "1 session" : $"{count} sessions";
}
