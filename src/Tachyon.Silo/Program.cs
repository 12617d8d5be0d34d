using System.CommandLine;
using Tachyon.Silo.Cli;

var parsed = SiloCommandLine.Create().Parse(args);

// The host has a shorter limit of its own for stopping, which includes the drain time.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(10) });

// The library answers 1 to a command line that it cannot read; scripts are promised a code of its own.
return parsed.Errors.Count > 0 ? (int)ExitCode.BadSettings : code;
