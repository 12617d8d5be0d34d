using System.Globalization;

namespace Tachyon.TunnelBench.Measuring;

/// <summary>What a process has in memory.</summary>
internal static class ProcessMemory
{
    /// <summary>Starts to look for the most anew: opening a keystore takes 256 MB for a second, on purpose.</summary>
    public static void ForgetPeak(int processId) => File.WriteAllText($"/proc/{processId}/clear_refs", "5");

    /// <summary>The most that a process had resident since <see cref="ForgetPeak"/>, in MB.</summary>
    public static double PeakResidentMB(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1_024 / 1e6;
    }
}
