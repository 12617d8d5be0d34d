using Spectre.Console;

namespace Tachyon.Demo;

/// <summary>A run on this machine alone, from an empty directory to receipts; whatever it started, it stops.</summary>
/// <param name="options">what the command line asked for</param>
/// <param name="console">where progress and receipts go</param>
internal abstract class LocalRun(DemoOptions options, IAnsiConsole console)
{
    private string directory = "";

    protected DemoPorts Ports { get; } = new(options.PortBase);

    protected ProcessGroup Processes { get; } = new();

    protected DemoOptions Options => options;

    protected IAnsiConsole Out => console;

    /// <returns>Whether file, payments and balances are all as they must be.</returns>
    /// <exception cref="DemoFailure">A step failed.</exception>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        Ports.EnsureFree();
        directory = Directory.CreateTempSubdirectory("tachyon-demo-").FullName;
        var kept = false;
        try
        {
            Say($"logs and data: {directory}");
            var succeeded = await RunStepsAsync(directory, stop);
            kept = options.Keep;
            return succeeded;
        }
        finally
        {
            if (!kept)
            {
                await Processes.StopAllAsync();
            }
        }
    }

    /// <summary>All that the run does, with its data in a directory of its own.</summary>
    /// <returns>Whether all is as it must be.</returns>
    protected abstract Task<bool> RunStepsAsync(string directory, CancellationToken stop);

    /// <summary>Fetches the file through the consumer, leaving at another node.</summary>
    /// <returns>Whether it arrived unchanged.</returns>
    protected Task<bool> DownloadAsync(EdgeNode consumer, EdgeNode other, Action? onDownloading, CancellationToken stop) =>
        new FileDownload(console, Processes, In, Ports, options.Bytes, onDownloading).RunAsync(consumer, other, stop);

    /// <summary>Says what is wrong, or that nothing is.</summary>
    /// <returns>Whether nothing is.</returns>
    protected bool Conclude(IEnumerable<string> faults, bool isFileUnchanged, string allIsWell)
    {
        string[] all = [.. faults, .. isFileUnchanged ? Array.Empty<string>() : ["the file arrived changed: its SHA-256 differs"]];
        foreach (var fault in all)
        {
            console.MarkupLineInterpolated($"[red]fault: {fault}[/]");
        }

        if (all.Length == 0)
        {
            Say(allIsWell);
        }

        return all.Length == 0;
    }

    /// <summary>Says what was left running and where, if that was asked for.</summary>
    protected void SayWhatIsKept(params (string What, string Where)[] parts)
    {
        if (options.Keep)
        {
            Say("left running, as --keep asked:");
            foreach (var (what, where) in ((string, string)[])
            [
                .. parts,
                ("SOCKS5 proxy", $"127.0.0.1:{Ports.Socks}"),
                ("web server", $"http://127.0.0.1:{Ports.FileServer}/{WebServer.FileName}"),
                ("stop it all with", $"kill {string.Join(' ', Processes.Ids)}"),
            ])
            {
                Say($"  {what,-18} {where}");
            }
        }
    }

    protected string In(string name) => Path.Combine(directory, name);

    // Past the console's wrapping: addresses and paths must stay whole, to be copied.
    protected void Say(string line) => console.Profile.Out.Writer.WriteLine(line);
}
