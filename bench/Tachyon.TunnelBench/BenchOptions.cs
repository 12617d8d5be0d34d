namespace Tachyon.TunnelBench;

/// <summary>What to measure, and how often.</summary>
/// <param name="Runs">Alternating rounds; the figures are medians over them.</param>
/// <param name="StreamMB">Size of the one stream in MB.</param>
/// <param name="Only">Names of contestants, or empty for all; the ratios need all.</param>
internal sealed record BenchOptions(int Runs, int StreamMB, IReadOnlySet<string> Only)
{
    public const int ManyStreams = 50;
    public const int ManyStreamMB = 20;
    public const int HeldStreams = 1_000;

    public const string Usage = "usage: ./bench.sh tunnel [--runs N] [--mb N] [--only NAME,NAME…] or ./bench.sh longpath|route [--runs N] [--mb N]";

    public static BenchOptions Default { get; } = new(5, 1_000, new HashSet<string>());

    public static BenchOptions? TryParse(string[] args, BenchOptions? defaults = null)
    {
        var options = defaults ?? Default;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            if (args[i] == "--only" && value.Length > 0)
            {
                options = options with { Only = value.Split(',').ToHashSet() };
            }
            else if (!int.TryParse(value, out var number) || number < 1)
            {
                return null;
            }
            else if (args[i] == "--runs")
            {
                options = options with { Runs = number };
            }
            else if (args[i] == "--mb")
            {
                options = options with { StreamMB = number };
            }
            else
            {
                return null;
            }
        }

        return options;
    }

    public bool Wants(string name) => Only.Count == 0 || Only.Contains(name);
}
