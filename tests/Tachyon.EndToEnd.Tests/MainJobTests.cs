using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Spectre.Console;
using Tachyon.Demo;

[assembly: SupportedOSPlatform("linux")]

namespace Tachyon.EndToEnd.Tests;

/// <summary>The main job with every part real: anvil, silo, both edges and curl as processes.</summary>
public sealed class MainJobTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task MainJob_SmallDownload_FileUnchangedAndPaidExactly()
    {
        var (console, output) = Console();
        using var limit = new CancellationTokenSource(Limit);

        var succeeded = await new DemoRun(new DemoOptions(12, Keep: false, FreePorts.Base()), console).RunAsync(limit.Token);

        Assert.True(succeeded, output.ToString());
        Assert.Contains("cooperative close", output.ToString());
    }

    [Fact]
    public async Task MainJob_InterruptedWhileDownloading_StopsEverythingItStarted()
    {
        var (console, output) = Console();
        using var limit = new CancellationTokenSource(Limit);
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var options = new DemoOptions(1_000, Keep: false, FreePorts.Base());

        var run = new DemoRun(options, console, onDownloading: interrupt.Cancel).RunAsync(interrupt.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(limit.IsCancellationRequested, output.ToString());
        new DemoPorts(options.PortBase).EnsureFree();
    }

    [Fact]
    public async Task MainJob_PortTaken_NamesItAndStartsNothing()
    {
        var portBase = FreePorts.Base();
        using var taken = new TcpListener(IPAddress.Loopback, new DemoPorts(portBase).Gateway);
        taken.Start();
        var (console, output) = Console();

        var failure = await Assert.ThrowsAsync<DemoFailure>(
            () => new DemoRun(new DemoOptions(1, Keep: false, portBase), console).RunAsync(CancellationToken.None));

        Assert.Contains($"{portBase + 1} (gateway)", failure.Message);
        Assert.Empty(output.ToString());
    }

    private static (IAnsiConsole Console, StringWriter Output) Console()
    {
        var output = new StringWriter();
        return (AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) }), output);
    }
}
