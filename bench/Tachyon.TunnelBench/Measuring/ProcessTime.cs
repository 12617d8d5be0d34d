using System.Globalization;

namespace Tachyon.TunnelBench.Measuring;

/// <summary>Processor time that processes have used: what counts when both ends, server and client share two cores.</summary>
internal static class ProcessTime
{
    private const int UserField = 11;
    private const double TicksPerSecond = 100;

    /// <summary>Seconds that the processes have used together, in user mode and in the kernel.</summary>
    public static double Seconds(IEnumerable<int> processIds) => processIds.Sum(id =>
    {
        // Behind the name, which may hold anything, in brackets.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Ticks(fields[UserField]) + Ticks(fields[UserField + 1])) / TicksPerSecond;
    });

    private static double Ticks(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
