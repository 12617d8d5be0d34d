using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tachyon.Testing.Chain;

/// <summary>An anvil process of a test's own, on a port of its own choosing.</summary>
public sealed class Anvil : IAsyncDisposable
{
    private const string ListeningOn = "Listening on ";

    private readonly Process process;
    private readonly HttpClient http;

    private Anvil(Process process, Uri endpoint)
    {
        this.process = process;
        Endpoint = endpoint;
        http = new HttpClient { BaseAddress = endpoint };
    }

    /// <summary>Where it answers JSON-RPC.</summary>
    public Uri Endpoint { get; }

    /// <summary>Starts one; it is ready on return.</summary>
    /// <param name="arguments">further arguments for it</param>
    public static async Task<Anvil> StartAsync(params string[] arguments)
    {
        var output = new StringBuilder();
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(FindProgram(), ["--host", "127.0.0.1", "--port", "0", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        void Read(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (output)
            {
                output.AppendLine(line);
            }

            if (line.StartsWith(ListeningOn, StringComparison.Ordinal))
            {
                listening.TrySetResult(new Uri("http://" + line[ListeningOn.Length..].Trim()));
            }
        }

        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("anvil ended at once."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new Anvil(process, await listening.Task.WaitAsync(Eventually.DefaultTimeout));
        }
        catch (Exception error)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw new InvalidOperationException($"anvil did not start: {output}", error);
        }
    }

    /// <summary>Mines empty blocks, or those with what waits.</summary>
    public Task MineAsync(int blocks = 1) => CallAsync("anvil_mine", Hex(blocks));

    /// <summary>Lets time pass and mines a block.</summary>
    public async Task AdvanceTimeAsync(TimeSpan time)
    {
        await CallAsync("evm_increaseTime", (long)time.TotalSeconds);
        await MineAsync();
    }

    /// <summary>Whether each transaction is mined as soon as it arrives.</summary>
    public Task SetAutomineAsync(bool enabled) => CallAsync("evm_setAutomine", enabled);

    /// <summary>Replaces the newest blocks by as many empty ones; their transactions are forgotten.</summary>
    public Task ReorganiseAsync(int depth) => CallAsync("anvil_reorg", depth, new JsonArray());

    /// <summary>Forgets a transaction that waits.</summary>
    public Task DropTransactionAsync(string hash) => CallAsync("anvil_dropTransaction", hash);

    /// <summary>What a unit of gas costs in the next block, in wei.</summary>
    public Task SetNextBaseFeeAsync(long wei) => CallAsync("anvil_setNextBlockBaseFeePerGas", Hex(wei));

    /// <summary>Gives an account an amount of native currency.</summary>
    public Task SetBalanceAsync(string account, long wei) => CallAsync("anvil_setBalance", account, Hex(wei));

    /// <summary>Puts code, as 0x and hexadecimal digits, at an address.</summary>
    public Task SetCodeAsync(string account, string code) => CallAsync("anvil_setCode", account, code);

    /// <summary>Marks the chain as it is now, to come back to with <see cref="RevertAsync"/>.</summary>
    public async Task<string> SnapshotAsync() => (await CallAsync("evm_snapshot"))!.GetValue<string>();

    /// <summary>Goes back to a mark.</summary>
    public Task RevertAsync(string snapshot) => CallAsync("evm_revert", snapshot);

    /// <summary>Stops answering without ending, until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        Signal("STOP");

        // The signal is sent before it is obeyed: a thread on another core may still answer.
        SpinWait.SpinUntil(() => Directory.EnumerateDirectories($"/proc/{process.Id}/task").All(IsStopped), Eventually.DefaultTimeout);
    }

    /// <summary>Answers again.</summary>
    public void Resume() => Signal("CONT");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    // The native program itself: the launcher in .bin is a second process, which signals and the end would miss.
    private static string FindProgram()
    {
        var packages = RepositoryRoot.Combine("contracts", "node_modules", "@foundry-rs");
        var name = OperatingSystem.IsWindows() ? "anvil.exe" : "anvil";
        return Directory.Exists(packages)
            && Directory.EnumerateDirectories(packages, "anvil-*")
                .Select(package => Path.Combine(package, "bin", name))
                .FirstOrDefault(File.Exists) is { } program
            ? program
            : throw new InvalidOperationException($"There is no anvil in {packages}: run eng/setup.sh, which installs the contract tools.");
    }

    // The state follows the name, which is in parentheses and may hold any character (proc_pid_stat(5)).
    private static bool IsStopped(string task)
    {
        var stat = File.ReadAllText(Path.Combine(task, "stat"));
        return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('T');
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private async Task<JsonNode?> CallAsync(string method, params JsonNode?[] parameters)
    {
        using var response = await http.PostAsJsonAsync(
            "", new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = new JsonArray(parameters) });
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>();
        return answer!["error"] is { } error
            ? throw new InvalidOperationException($"anvil refused {method}: {error.ToJsonString(JsonSerializerOptions.Default)}")
            : answer["result"];
    }

    private static string Hex(long number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);
}
