using System.Diagnostics;
using System.Globalization;

namespace Tachyon.Testing.Fuzzing;

/// <summary>
/// Feeds changed messages to whatever reads them. With a fixed seed and a fixed number of cases by default, so that the suite
/// does the same each time; for so many minutes with ever new seeds where <c>TACHYON_FUZZ_MINUTES</c> says so (./fuzz.sh).
/// </summary>
public static class Fuzzer
{
    private const int FixedSeed = 20_261_122;
    private const long MostBytesBeside = 256 * 1024;
    private const int MostBytesPerInputByte = 256;
    private const int BatchCases = 100;

    // Far beyond what a batch takes on a busy machine: what exceeds it hangs.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(3);

    /// <summary>Runs cases that need no waiting, and checks that none allocates out of proportion to its input.</summary>
    /// <param name="samples">Valid messages to start from.</param>
    /// <param name="read">Reads an input; whatever it throws is a find.</param>
    /// <param name="cases">How many without a time given.</param>
    /// <exception cref="FuzzFindException">With the input.</exception>
    public static Task RunAsync(IReadOnlyList<byte[]> samples, Action<byte[], Random> read, int cases = 5_000)
    {
        ArgumentNullException.ThrowIfNull(read);
        return RunAsync(
            samples,
            (input, random) =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                read(input, random);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                return allocated <= MostBytesBeside + ((long)MostBytesPerInputByte * input.Length)
                    ? Task.CompletedTask
                    : throw new InvalidOperationException($"{input.Length} bytes of input made it allocate {allocated}.");
            },
            cases);
    }

    /// <summary>Runs cases that wait.</summary>
    /// <exception cref="FuzzFindException">With the input.</exception>
    public static async Task RunAsync(IReadOnlyList<byte[]> samples, Func<byte[], Random, Task> read, int cases)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(read);
        var minutes = Environment.GetEnvironmentVariable("TACHYON_FUZZ_MINUTES");
        var limit = minutes is null ? (TimeSpan?)null : TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture));
        var seed = limit is null ? FixedSeed : Environment.TickCount;
        var started = Stopwatch.GetTimestamp();
        byte[] input = [];
        var next = 0;
        try
        {
            while (limit is null ? next < cases : Stopwatch.GetElapsedTime(started) < limit)
            {
                // On the pool, so that a case that never returns is found as well; in batches, since most take microseconds.
                var end = limit is null ? Math.Min(cases, next + BatchCases) : next + BatchCases;
                await Task.Run(async () =>
                {
                    for (; next < end; next++)
                    {
                        // Samples as they are come first: a reader that refuses those is not tested at all.
                        var mutator = new Mutator(unchecked(seed + next));
                        input = next < samples.Count ? samples[next] : mutator.Next(samples);
                        await read(input, mutator.Random);
                    }
                }).WaitAsync(Hang);
            }
        }
        catch (Exception fault)
        {
            throw new FuzzFindException(input, fault);
        }
    }
}
