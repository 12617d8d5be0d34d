using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tachyon.Silo.Tests.Console;

/// <summary>
/// Chromium, driven by browser/driver.mjs, in which scenarios are played one after another. What a page must never do (ask outside,
/// break the content security policy, fail in its script) makes every scenario fail.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(5);
    private static readonly string Directory = RepositoryRoot.Combine("tests", "Tachyon.Silo.Tests", "Console", "browser");

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private Browser(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        _process.BeginErrorReadLine();
    }

    public static Browser Start()
    {
        if (!System.IO.Directory.Exists(Path.Combine(Directory, "node_modules")))
        {
            throw new InvalidOperationException($"The browser's driver is not installed; eng/setup.sh --browser does that (npm ci in {Directory}).");
        }

        return new Browser(Process.Start(new ProcessStartInfo("node", ["driver.mjs"])
        {
            WorkingDirectory = Directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!);
    }

    /// <summary>Plays a scenario to its end.</summary>
    /// <param name="scenario">The name of a function of browser/scenarios.mjs.</param>
    /// <param name="silo">The silo whose console it is about.</param>
    /// <param name="parameters">What it takes, such as width, height, dark.</param>
    public async Task<JsonNode?> PlayAsync(string scenario, Uri silo, object? parameters = null)
    {
        await TellAsync(scenario, silo, parameters);
        return await AnswerAsync();
    }

    /// <summary>Begins a scenario, whose steps and end are then awaited one by one.</summary>
    public async Task TellAsync(string scenario, Uri silo, object? parameters = null)
    {
        var request = parameters is null ? [] : JsonSerializer.SerializeToNode(parameters)!.AsObject();
        request["scenario"] = scenario;
        request["url"] = silo.GetLeftPart(UriPartial.Authority);
        await _process.StandardInput.WriteLineAsync(request.ToJsonString());
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next step of the scenario, or its result.</summary>
    public async Task<JsonNode?> AnswerAsync()
    {
        using var limit = new CancellationTokenSource(TimeLimit);
        var line = await _process.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException($"The browser's driver ended: {_errors}");
        var answer = JsonNode.Parse(line)!;
        Assert.True(answer["ok"]!.GetValue<bool>(), answer["error"]?.GetValue<string>());
        return answer["step"] ?? answer["result"];
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
