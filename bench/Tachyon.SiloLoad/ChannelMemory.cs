using System.Globalization;
using Tachyon.Demo;

namespace Tachyon.SiloLoad;

/// <summary>What a channel costs in managed memory, everything included that the runtime keeps for it.</summary>
/// <param name="ActiveBytes">Of one whose grain is active, with evidence of both sides and one edge that watches it.</param>
/// <param name="IdleBytes">Of one that was, after its grain was collected.</param>
internal sealed record ChannelMemory(double ActiveBytes, double IdleBytes)
{
    /// <summary>Measures in a process of its own, in which nothing else lives.</summary>
    public static async Task<ChannelMemory> MeasureInProcessAsync(CancellationToken stop)
    {
        var output = await Command.RunAsync("measuring memory", Environment.ProcessPath!, ["memory"], stop);
        return Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{ActiveBytes:0} {IdleBytes:0}");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{ActiveBytes:N0} bytes for each active channel, {IdleBytes:N0} for an idle one");

    private static ChannelMemory Parse(string line)
    {
        var figures = line.Split(' ');
        return new ChannelMemory(double.Parse(figures[0], CultureInfo.InvariantCulture), double.Parse(figures[1], CultureInfo.InvariantCulture));
    }
}
