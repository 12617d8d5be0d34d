using BenchmarkDotNet.Running;
using Tachyon.Benchmarks;

// What needs a whole silo is measured by hand; both print key=value pairs.
if (args is ["silo-directory", ..])
{
    await SiloDirectory.RunAsync();
    return;
}

// Without a filter all benchmarks run; `--filter *Signing*` and BenchmarkDotNet's other switches narrow them.
BenchmarkSwitcher.FromAssembly(typeof(SigningBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args);
