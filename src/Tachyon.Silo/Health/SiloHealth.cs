using Tachyon.Chain;

namespace Tachyon.Silo.Health;

/// <summary>Whether the parts that a silo cannot work without were there when it last looked.</summary>
/// <param name="ChainFault">Why the chain cannot be used; null when it answers.</param>
/// <param name="FinalBlock">The newest final block; null before the first answer.</param>
/// <param name="StorageFault">Why nothing can be stored; null when it can.</param>
/// <param name="CheckedAt">When it looked; null before the first time.</param>
/// <param name="IsStopping">Whether the silo was told to stop: it serves on for a moment, and takes nothing new.</param>
internal sealed record SiloHealth(
    string? ChainFault, ChainBlock? FinalBlock, string? StorageFault, DateTimeOffset? CheckedAt, bool IsStopping = false)
{
    public static SiloHealth Unknown { get; } = new("not looked yet", null, "not looked yet", null);

    public bool IsReady => ChainFault is null && StorageFault is null && !IsStopping;
}
