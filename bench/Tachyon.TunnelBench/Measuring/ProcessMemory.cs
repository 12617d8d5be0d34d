using System.Globalization;

namespace Tachyon.TunnelBench.Measuring;

/// <summary>What a process has in memory.</summary>
internal static class ProcessMemory
{
    /// <summary>The most that a process ever had resident, in MB.</summary>
    public static double PeakResidentMB(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1_024 / 1e6;
    }
}
