using System.ComponentModel;
using System.Diagnostics;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>Runs Debian's <c>ip</c> (package iproute2), which knows every way to set up a device.</summary>
/// <param name="program">The program and its first arguments.</param>
internal sealed class IpCommand(params string[] program)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public IpCommand()
        : this("ip")
    {
    }

    /// <summary>
    /// Runs commands up to the first that fails: those for IPv4 or for either, then those for IPv6, which begin with <c>-6</c>.
    /// </summary>
    /// <exception cref="TunException">One failed; the message is that of ip.</exception>
    public void Run(IEnumerable<string> commands) => Run(commands, force: false);

    /// <summary>Runs commands, all of them, whatever becomes of each.</summary>
    public void Try(IEnumerable<string> commands) => Run(commands, force: true);

    // A batch is of one family: what says nothing about it goes with IPv4, and first.
    private void Run(IEnumerable<string> commands, bool force)
    {
        var byFamily = commands.ToLookup(command => command.StartsWith("-6 ", StringComparison.Ordinal), WithoutFamily);
        foreach (var (family, batch) in new[] { ("-4", byFamily[false].ToArray()), ("-6", [.. byFamily[true]]) })
        {
            if (batch.Length > 0)
            {
                RunBatch(family, batch, force);
            }
        }
    }

    private static string WithoutFamily(string command) => command[0] == '-' ? command[3..] : command;

    private void RunBatch(string family, IEnumerable<string> commands, bool force)
    {
        var start = new ProcessStartInfo(program[0], [.. program[1..], family, .. force ? ["-force"] : Array.Empty<string>(), "-batch", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new TunException($"{program[0]} cannot be run ({e.Message}): TUN mode needs the package iproute2.", e);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(string.Join('\n', commands) + "\n");
            process.StandardInput.Close();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                throw new TunException($"{program[0]} has not ended after {Patience.TotalSeconds:0} s.");
            }

            output.Wait(Patience);
            if (process.ExitCode != 0 && !force)
            {
                throw new TunException($"ip refuses: {errors.Result.Trim().ReplaceLineEndings(" ")}");
            }
        }
    }
}
