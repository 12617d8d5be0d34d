using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tachyon.Chain.Keys;
using Tachyon.Demo;

namespace Tachyon.SiloLoad;

/// <summary>A real silo process on a data directory of its own, and what the kernel says about it.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly ManagedProcess _process;

    private SiloProcess(ManagedProcess process, Uri gateway)
    {
        _process = process;
        Gateway = gateway;
    }

    public Uri Gateway { get; }

    /// <summary>Processor time spent so far, in user and kernel mode, in seconds.</summary>
    public double CpuSeconds
    {
        get
        {
            // Behind the name in parentheses, which may hold anything, stand the fields from the third on.
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
    }

    /// <summary>The most memory that the process ever held, in MB (1,000,000 bytes).</summary>
    public double PeakMB
    {
        get
        {
            var peak = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1_024 / 1e6;
        }
    }

    /// <summary>Makes the operator's key, once for all silos of a load.</summary>
    public static async Task PrepareAsync(string directory, LocalChain chain, CancellationToken stop)
    {
        var (_, password) = await PasswordFile.WriteAsync(directory, stop);
        await chain.GiveGasAsync(KeystoreFile.Create(Path.Combine(directory, "operator.json"), password), stop);
    }

    /// <summary>Starts a silo on a data directory and waits until it is ready. Its limits are the standard ones.</summary>
    public static async Task<SiloProcess> StartAsync(string directory, string data, LocalChain chain, int portBase, CancellationToken stop)
    {
        var gateway = new Uri($"http://127.0.0.1:{portBase + 1}");
        var settings = data + ".json";
        await File.WriteAllTextAsync(
            settings,
            JsonSerializer.Serialize(new
            {
                DataDirectory = data,
                Chain = new { Endpoint = chain.Rpc, chain.DeploymentFile },
                Operator = new { KeystoreFile = Path.Combine(directory, "operator.json"), PasswordFile = Path.Combine(directory, "password") },
                Gateway = new { Urls = new[] { gateway.ToString().TrimEnd('/') } },
                Cluster = new { SiloPort = portBase + 2, ClientPort = portBase + 3 },
            }),
            stop);
        var process = ManagedProcess.Start("the silo", data + ".log", Build.Binary("src/Tachyon.Silo", "tachyon-silo"), ["--config", settings]);
        using var http = new HttpClient { BaseAddress = gateway };
        await process.WaitUntilAsync("got ready", StartLimit, token => IsReadyAsync(http, token), stop);
        return new SiloProcess(process, gateway);
    }

    /// <summary>Ends the process as a power cut would end it, as far as the process can tell.</summary>
    public void Kill() => _ = Kill(_process.Id, SigKill);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken stop)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/v1/ready", UriKind.Relative), stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
