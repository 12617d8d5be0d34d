using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tachyon.Demo;

/// <summary>
/// A child process in a session of its own, so that Ctrl-C reaches the demo alone, which then stops its children in
/// order. Output goes to a log file.
/// </summary>
internal sealed partial class ManagedProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private readonly Task output;

    private ManagedProcess(string name, string logPath, Process process, Task output)
    {
        Name = name;
        LogPath = logPath;
        this.process = process;
        this.output = output;
    }

    public string Name { get; }

    public string LogPath { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>What it ended with; only once it has.</summary>
    public int ExitCode => process.ExitCode;

    public static ManagedProcess Start(string name, string logPath, string file, IEnumerable<string> arguments)
    {
        // The shell redirects, so that the log goes on when the demo leaves and the child stays (--keep).
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false };
        foreach (var argument in (string[])["sh", "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", logPath, file, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            var process = Process.Start(start) ?? throw new DemoFailure($"{name} could not be started.");
            return new ManagedProcess(name, logPath, process, process.WaitForExitAsync());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new DemoFailure($"{name} could not be started: {e.Message}.", e);
        }
    }

    /// <summary>Polls until <paramref name="isReady"/> holds.</summary>
    /// <exception cref="DemoFailure">The process ended, or the time is up; the message quotes the end of its log.</exception>
    public async Task WaitUntilAsync(string what, TimeSpan limit, Func<CancellationToken, Task<bool>> isReady, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isReady(stop))
        {
            if (HasExited)
            {
                throw new DemoFailure($"{Name} ended with code {process.ExitCode} before it {what}: {LastLogLine()} (log: {LogPath})");
            }

            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new DemoFailure($"{Name} has not {what} within {limit.TotalSeconds:0} s: {LastLogLine()} (log: {LogPath})");
            }

            await Task.WhenAny(output, Task.Delay(TimeSpan.FromMilliseconds(100), stop));
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Asks the process to end, and ends it by force when it does not.</summary>
    public async Task StopAsync()
    {
        if (process.HasExited)
        {
            return;
        }

        _ = Kill(process.Id, SigTerm);
        if (await Task.WhenAny(output, Task.Delay(StopPatience)) != output)
        {
            process.Kill(entireProcessTree: true);
            await output;
        }
    }

    /// <summary>Ends the process at once.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await output;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }

    public string LastLogLine() =>
        File.Exists(LogPath) && File.ReadLines(LogPath).LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } line
            ? line.Trim()
            : "it printed nothing";

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
