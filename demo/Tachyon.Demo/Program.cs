using System.CommandLine;
using System.Runtime.Versioning;
using Spectre.Console;
using Tachyon.Chain;
using Tachyon.Demo;

[assembly: SupportedOSPlatform("linux")]

var megabytes = new Option<int>("--mb") { Description = "size of the download in MB, 1 MB = 1,000,000 bytes", DefaultValueFactory = _ => DemoOptions.DefaultMegabytes };
megabytes.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > DemoOptions.MaxMegabytes)
    {
        result.AddError($"--mb must be from 1 to {DemoOptions.MaxMegabytes}.");
    }
});
var keep = new Option<bool>("--keep") { Description = "leave everything running at the end and print where it is" };
var portBase = new Option<int>("--port-base") { Description = "first of seven consecutive loopback ports to use", DefaultValueFactory = _ => DemoOptions.DefaultPortBase };
portBase.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1024 or > 65_528)
    {
        result.AddError("--port-base must be from 1024 to 65528.");
    }
});

var root = new RootCommand("Sells traffic from one node to another: metered, paid, and settled on a local chain.") { megabytes, keep, portBase };
root.SetAction(async (parsed, stop) =>
{
    var options = new DemoOptions(parsed.GetValue(megabytes), parsed.GetValue(keep), parsed.GetValue(portBase));
    try
    {
        return await new DemoRun(options, AnsiConsole.Console).RunAsync(stop) ? 0 : 1;
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

// The patience of the command line with an interrupted action must cover stopping every child in order.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
