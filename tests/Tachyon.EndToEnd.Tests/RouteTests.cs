using Spectre.Console;
using Tachyon.Demo;
using Tachyon.EndToEnd.Tests.Captures;

namespace Tachyon.EndToEnd.Tests;

/// <summary>A route with every part real: anvil, the silo as a proxy, three edges and curl as processes.</summary>
public sealed class RouteTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Route_SmallDownload_FileUnchangedAndEachPaidItsPart_TheChainLinksNothing_AndRefusalsAreSaid()
    {
        using var output = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        using var limit = new CancellationTokenSource(Limit);

        var options = new DemoOptions(12, Keep: false, FreePorts.Base(), Route: true);
        var succeeded = await new RouteRun(options, console, LookAsync).RunAsync(limit.Token);

        Assert.True(succeeded, output.ToString());
        Assert.Contains("F, proxy", output.ToString());
    }

    // What costs a whole world to see, in the one that is there.
    private static async Task LookAsync(RouteStage stage, CancellationToken stop)
    {
        await RouteOnChain.AssertLinksNothingAsync(stage, stop);
        await RefusedRoutes.AssertAreSaidAsync(stage, stop);
    }
}
