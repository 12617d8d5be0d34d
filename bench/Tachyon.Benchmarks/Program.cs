using BenchmarkDotNet.Running;
using Tachyon.Benchmarks;

// Without a filter all benchmarks run; `--filter *Signing*` and BenchmarkDotNet's other switches narrow them.
BenchmarkSwitcher.FromAssembly(typeof(SigningBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args);
