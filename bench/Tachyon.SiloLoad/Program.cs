using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.Versioning;
using Tachyon.Chain;
using Tachyon.Demo;
using Tachyon.SiloLoad;

[assembly: SupportedOSPlatform("linux")]

var channels = Number("--channels", "active channels, five to a provider", 1_000, 5, 10_000);
var steps = Number("--steps", "units of each side to sign beforehand for each channel", 3_600, 100, 100_000);
var runs = Number("--runs", "silo processes to measure; medians are reported", 3, 1, 100);
var seconds = Number("--seconds", "length of each measured window", 5, 1, 600);
var pairs = Number("--pairs", "units of each side and channel in one message of the coalesced load", 25, 1, 25);
var portBase = Number("--port-base", "first of four consecutive loopback ports to use", 18_640, 1_024, 65_530);
var root = new RootCommand("Loads a silo process with pre-signed units over WebSockets and measures it.") { channels, steps, runs, seconds, pairs, portBase };
root.SetAction(async (given, stop) =>
{
    var window = TimeSpan.FromSeconds(given.GetValue(seconds));
    var options = new LoadOptions(
        given.GetValue(channels), given.GetValue(steps), given.GetValue(runs), window / 3, window, given.GetValue(pairs), given.GetValue(portBase));
    try
    {
        await new LoadRun(options, Console.WriteLine).RunAsync(stop);
        return 0;
    }
    catch (Exception failure) when (failure is LoadFailure or DemoFailure or ChainUnavailableException or DeploymentFileException or HttpRequestException or IOException)
    {
        await Console.Error.WriteLineAsync($"error: {failure.Message}");
        return 1;
    }
});

var memory = new System.CommandLine.Command("memory", "Measures the memory of channels in this process and prints it as bytes of an active and of an idle one.");
memory.Options.Add(portBase);
memory.SetAction(async (given, stop) => Console.WriteLine((await MemoryRun.MeasureAsync(given.GetValue(portBase), stop)).ToLine()));
root.Subcommands.Add(memory);

return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });

static Option<int> Number(string name, string description, int standard, int least, int most)
{
    var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };
    option.Validators.Add(given =>
    {
        if (given.GetValueOrDefault<int>() is var value && (value < least || value > most))
        {
            given.AddError($"{name} {value} is not from {least} to {most}.");
        }
    });
    return option;
}
