using System.Diagnostics;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tests.Journal;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests;

/// <summary>A process of this very assembly that plays one part of a test, so that it can be killed.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Starts a part.</summary>
    public static ChildProcess Start(string part, string directory)
    {
        var assembly = typeof(ChildProcess).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in new[] { "exec", assembly, part, directory })
        {
            start.ArgumentList.Add(argument);
        }

        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start."));
    }

    public async Task<string> ReadLineAsync() =>
        await TryReadLineAsync() ?? throw new InvalidOperationException("The child ended before it was killed.");

    public async Task<string?> TryReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.DefaultTimeout);

    /// <summary>SIGKILL: nothing in the process runs any more.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    /// <summary>What runs in the child.</summary>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["exchange", var directory]:
                await ExchangeForEverAsync(directory);
                return 0;
            case ["hold", var directory]:
                using (DataDirectoryLock.Acquire(new DataDirectory(directory)))
                {
                    Console.WriteLine("held");
                    await Console.In.ReadLineAsync();
                }

                return 0;
            default:
                Console.Error.WriteLine("This assembly holds tests; run them with dotnet test.");
                return 2;
        }
    }

    private static async Task ExchangeForEverAsync(string directory)
    {
        await using var pair = await LedgerPair.OpenAsync(directory);
        pair.Consumer.StartSession((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        pair.Provider.StartSession();
        for (var round = 1; ; round++)
        {
            await pair.ExchangeAsync(unit =>
            {
                var side = ReferenceEquals(unit, pair.Provider.NewestOwn) ? "provider" : "consumer";
                Console.WriteLine($"{side} {unit.Unit.Index} {unit.Unit.BytesUsed} .");
            });
            if (round % 16 == 0)
            {
                await pair.SnapshotAsync();
            }
        }
    }
}
