using System.Diagnostics;

namespace Tachyon.Demo;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    /// <returns>What it printed to standard output.</returns>
    /// <exception cref="DemoFailure">It could not be started or ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string what, string file, IEnumerable<string> arguments, CancellationToken stop, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start) ?? throw new DemoFailure($"{what}: {file} could not be started.");
            process.StandardInput.Close();
            using var killed = stop.Register(() => process.Kill(entireProcessTree: true));
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            stop.ThrowIfCancellationRequested();
            return process.ExitCode == 0
                ? output
                : throw new DemoFailure($"{what} failed: {LastLine(await error) ?? LastLine(output) ?? $"{file} ended with code {process.ExitCode}"}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new DemoFailure($"{what} failed: {file} is missing ({e.Message}). Run ./eng/setup.sh.", e);
        }
    }

    private static string? LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}
