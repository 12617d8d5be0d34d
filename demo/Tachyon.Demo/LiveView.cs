using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Tachyon.Demo;

/// <summary>Shows both edges while a download runs: a live table on a terminal, a line every two seconds elsewhere.</summary>
internal sealed class LiveView(IAnsiConsole console, EdgeNode consumer, EdgeNode provider, string downloadPath, long expectedBytes, Action? onFirstBytes)
{
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(2);

    private long lastBytes;
    private long lastAt = Stopwatch.GetTimestamp();

    /// <summary>Shows until <paramref name="download"/> ends, and once more after it.</summary>
    public Task WatchAsync(Task download, CancellationToken stop) => console.Profile.Capabilities.Interactive
        ? console.Live(new Text("")).StartAsync(async context =>
        {
            await PollAsync(download, TableInterval, (c, p) => context.UpdateTarget(Table(c, p)), stop);
        })
        : PollAsync(download, LineInterval, (c, p) => console.Profile.Out.Writer.WriteLine(Line(c, p)), stop);

    private async Task PollAsync(Task download, TimeSpan interval, Action<EdgeStatus, EdgeStatus> show, CancellationToken stop)
    {
        bool more;
        do
        {
            more = await Task.WhenAny(download, Task.Delay(interval, stop)) != download;
            if (await consumer.TryGetStatusAsync(stop) is { } c && await provider.TryGetStatusAsync(stop) is { } p)
            {
                show(c, p);
            }
        }
        while (more);
        await download;
    }

    private Table Table(EdgeStatus c, EdgeStatus p)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Progress());
        table.AddColumn("").AddColumn(new TableColumn(consumer.Name).RightAligned()).AddColumn(new TableColumn(provider.Name).RightAligned());
        Row("counted bytes", t => Number(t.OwnBytes));
        Row("MB/s", t => t.MBPerSecond.ToString("0.0", CultureInfo.InvariantCulture));
        Row("units signed", t => Number(t.UnitsSigned));
        Row("units verified", t => Number(t.UnitsVerified));
        Row("agreed bytes", t => Number(t.AgreedBytes));
        Row("checkpoints of 5 MB", t => Number(t.Checkpoints));
        Row("tokens accrued, IPX", t => t.TokensAccruedIpx);
        return table;

        void Row(string name, Func<EdgeTotals, string> value) => table.AddRow(name, value(c.Totals), value(p.Totals));
    }

    private string Line(EdgeStatus c, EdgeStatus p) => string.Create(
        CultureInfo.InvariantCulture,
        $"  {Progress()}; {consumer.Name}: {c.Totals.UnitsSigned} units signed, {c.Totals.UnitsVerified} verified; {provider.Name}: {p.Totals.UnitsSigned} signed, {p.Totals.UnitsVerified} verified; {p.Totals.Checkpoints} checkpoints, {p.Totals.TokensAccruedIpx} IPX accrued");

    private string Progress()
    {
        var bytes = File.Exists(downloadPath) ? new FileInfo(downloadPath).Length : 0;
        var seconds = Stopwatch.GetElapsedTime(lastAt).TotalSeconds;
        var rate = (bytes - lastBytes) / 1e6 / seconds;
        if (lastBytes == 0 && bytes > 0)
        {
            onFirstBytes?.Invoke();
        }

        (lastBytes, lastAt) = (bytes, Stopwatch.GetTimestamp());
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} of {expectedBytes / 1e6:0.0} MB, {rate:0.0} MB/s");
    }

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
