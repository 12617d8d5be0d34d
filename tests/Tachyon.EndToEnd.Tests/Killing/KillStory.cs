using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Tachyon.EndToEnd.Tests.Killing;

/// <summary>Kills at random moments, told with the seed that repeats them: TACHYON_KILL_SEED.</summary>
public abstract class KillStory : IDisposable
{
    private protected const ulong Checkpoint = 5_000_000;

    // 10,000 ppm of a checkpoint, as the consumer asks for.
    private protected const ulong AllowanceBytes = 50_000;

    private readonly int _seed =
        int.TryParse(Environment.GetEnvironmentVariable("TACHYON_KILL_SEED"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 20_261_122;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(10));
    private readonly Stopwatch _started = Stopwatch.StartNew();
    private readonly List<string> _story = [];
    private readonly ITestOutputHelper _output;

    private protected KillStory(ITestOutputHelper output)
    {
        _output = output;
        Random = new Random(_seed);
    }

    private protected Random Random { get; }

    public void Dispose()
    {
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs it within the limit; whatever fails says what came before.</summary>
    private protected async Task RunAsync(Func<CancellationToken, Task> run)
    {
        try
        {
            await run(_limit.Token);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"{Told}: {fault.Message}", fault);
        }
    }

    private protected void Note(string step) => _story.Add(string.Create(CultureInfo.InvariantCulture, $"{_started.Elapsed.TotalSeconds:0} s: {step}"));

    /// <summary>Writes the story so far to the test's output.</summary>
    private protected void Tell() => _output.WriteLine(Told);

    private string Told => $"seed {_seed}; {string.Join("; ", _story)}";
}
