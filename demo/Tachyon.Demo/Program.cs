using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.Versioning;
using Spectre.Console;
using Tachyon.Chain;
using Tachyon.Demo;

[assembly: SupportedOSPlatform("linux")]

var route = new Option<bool>("--route") { Description = "go by a route: through a relay to an exit that does not know the consumer, paid through a proxy" };
var megabytes = Number("--mb", "size of the download in MB, 1 MB = 1,000,000 bytes (default 200, with --route 50)", 0, 1, DemoOptions.MaxMegabytes);
var keep = new Option<bool>("--keep") { Description = "leave everything running at the end and print where it is" };
var portBase = Number("--port-base", "first of eight consecutive loopback ports to use", DemoOptions.DefaultPortBase, 1_024, DemoOptions.MaxPortBase);

var root = new RootCommand("Sells traffic from one node to another: metered, paid, and settled on a local chain.") { route, megabytes, keep, portBase };
root.SetAction(async (given, stop) =>
{
    var isRoute = given.GetValue(route);
    var size = given.GetValue(megabytes) is > 0 and var asked ? asked : isRoute ? DemoOptions.DefaultRouteMegabytes : DemoOptions.DefaultMegabytes;
    var options = new DemoOptions(size, given.GetValue(keep), given.GetValue(portBase), isRoute);
    try
    {
        return await (isRoute ? new RouteRun(options, AnsiConsole.Console).RunAsync(stop) : new DemoRun(options, AnsiConsole.Console).RunAsync(stop)) ? 0 : 1;
    }
    catch (Exception failure) when (failure is DemoFailure or ChainUnavailableException or DeploymentFileException or HttpRequestException or IOException)
    {
        await Console.Error.WriteLineAsync($"error: {failure.Message}");
        return 1;
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync("interrupted; everything that was started has been stopped");
        return 130;
    }
});

var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction error)
{
    error.ShowHelp = false;
}

// The patience of the command line with an interrupted action must cover stopping every child in order.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });

static Option<int> Number(string name, string description, int standard, int least, int most) => new(name)
{
    Description = description,
    HelpName = "N",
    DefaultValueFactory = _ => standard,
    CustomParser = given =>
    {
        if (int.TryParse(given.Tokens[0].Value, out var value) && value >= least && value <= most)
        {
            return value;
        }

        given.AddError($"{name} {given.Tokens[0].Value} is not a whole number from {least} to {most}.");
        return standard;
    },
};
