using System.Globalization;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>Figures for people.</summary>
internal static class Figures
{
    /// <summary>Bytes in the largest decimal unit that keeps the number above one: 1 MB is 1,000,000 bytes.</summary>
    public static string Bytes(ulong count) => count switch
    {
        < 1_000 => $"{count} bytes",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:0.###} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.###} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{count / 1e9:0.###} GB"),
    };
}
