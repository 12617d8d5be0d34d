using System.Security.Cryptography;
using Spectre.Console;

namespace Tachyon.Demo;

/// <summary>A file of random bytes that nginx serves, fetched with curl through the consumer's proxy while both edges are shown.</summary>
internal sealed class FileDownload(
    IAnsiConsole console, ProcessGroup processes, Func<string, string> pathOf, DemoPorts ports, long bytes, Action? onDownloading)
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    /// <returns>Whether the file arrived unchanged.</returns>
    public async Task<bool> RunAsync(EdgeNode consumer, EdgeNode provider, CancellationToken stop)
    {
        Say($"web server: nginx at http://127.0.0.1:{ports.FileServer}/, serving {bytes / 1_000_000} MB of random bytes");
        var (config, expected) = await WebServer.PrepareAsync(pathOf("web"), ports.FileServer, bytes, stop);
        var nginx = processes.Start("nginx", pathOf("web/nginx.log"), "nginx", ["-c", config, "-e", pathOf("web/error.log")]);
        await nginx.WaitUntilAsync("listened", TimeSpan.FromSeconds(10), _ => Task.FromResult(File.Exists(pathOf("web/nginx.pid"))), stop);

        var target = pathOf("downloaded.bin");
        Say($"downloading with curl through SOCKS5 at 127.0.0.1:{ports.Socks}");
        var download = Command.RunAsync(
            "the download",
            "curl",
            [
                "--silent", "--show-error", "--fail", "--max-time", $"{Limit.TotalSeconds:0}", "--socks5-hostname", $"127.0.0.1:{ports.Socks}",
                "--output", target, $"http://127.0.0.1:{ports.FileServer}/{WebServer.FileName}",
            ],
            stop);
        await new LiveView(console, consumer, provider, target, bytes, onDownloading).WatchAsync(download, stop);

        await using var file = File.OpenRead(target);
        return CryptographicOperations.FixedTimeEquals(await SHA256.HashDataAsync(file, stop), expected);
    }

    // Past the console's wrapping: addresses must stay whole, to be copied.
    private void Say(string line) => console.Profile.Out.Writer.WriteLine(line);
}
