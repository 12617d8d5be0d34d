namespace Tachyon.Grains;

/// <summary>The version of everything by which silos and gateways of different builds, and old records, understand each other.</summary>
public static class GrainContracts
{
    /// <summary>Raised with every change of contracts.txt beside this file, which a test watches over.</summary>
    public const int Version = 18;
}
