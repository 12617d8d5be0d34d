using System.Diagnostics;
using System.Net;
using System.Text;
using Tachyon.Chain.Keys;
using Tachyon.Protocol.Identity;
using Tachyon.Testing.Chain;

namespace Tachyon.Silo.Tests.Crashes;

/// <summary>The program <c>tachyon-silo</c> as a process on SQLite and anvil, which a test kills as the kernel would.</summary>
internal sealed class SiloProcess : IDisposable
{
    private const string Password = "crash tests";

    /// <summary>Debug or Release, as this assembly; the copy of the silo beside it shares a directory with the tests.</summary>
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private readonly TemporaryDirectory _directory;
    private readonly string[] _arguments;
    private readonly HttpClient _http;
    private readonly StringBuilder _output = new();
    private Process? _process;

    private SiloProcess(TemporaryDirectory directory, string[] arguments, Uri url, Address account)
    {
        _directory = directory;
        _arguments = arguments;
        Url = url;
        Account = account;
        _http = new HttpClient { BaseAddress = url };
    }

    /// <summary>Where its gateway listens, the same in every life.</summary>
    public Uri Url { get; }

    /// <summary>Who pays for its transactions.</summary>
    public Address Account { get; }

    /// <summary>A silo on the contracts' chain, with an account that can pay; not started yet.</summary>
    public static async Task<SiloProcess> CreateAsync(ContractsFixture contracts)
    {
        var directory = new TemporaryDirectory();
        var keystore = directory.Combine("operator.json");
        var account = KeystoreFile.Create(keystore, Password, KeystoreStrength.Light);
        await File.WriteAllTextAsync(directory.Combine("password"), Password);
        await contracts.Deployment.SaveAsync(directory.Combine("deployment.json"));
        await contracts.Anvil.SetBalanceAsync(account.ToString(), 5_000_000_000_000_000_000);
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        string[] arguments =
        [
            RepositoryRoot.Combine("src", "Tachyon.Silo", "bin", Configuration, "net10.0", "tachyon-silo.dll"),
            "--data", directory.Combine("data"), "--urls", url.ToString(), "--rpc", contracts.Anvil.Endpoint.ToString(),
            "--deployment", directory.Combine("deployment.json"), "--keystore", keystore, "--password-file", directory.Combine("password"),
            "--silo-port", $"{FreePort.Next()}", "--client-port", $"{FreePort.Next()}", "--log-level", "warning",
            "--set", "Grains:LeastDeposit=0", "--set", "Grains:FeedPollInterval=00:00:00.1", "--set", "Grains:OutboxPollInterval=00:00:00.1", "--set", "Grains:KeeperPeriod=00:00:00.5",
        ];
        return new SiloProcess(directory, arguments, url, account);
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", _arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = _process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.TrueAsync(
            async () => !process.HasExited
                ? await IsReadyAsync()
                : throw new InvalidOperationException($"tachyon-silo ended with {process.ExitCode} before it was ready: {Said()}"),
            "tachyon-silo to be ready",
            TimeSpan.FromMinutes(1));
    }

    /// <summary>Ends it without a word, as kill -9, a power cut or the kernel short of memory does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>What it logged in all its lives.</summary>
    public string Said()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _http.Dispose();
        _directory.Dispose();
    }

    private void Note(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/v1/ready", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
