using System.Globalization;

namespace Tachyon.EdgeTunnel.Config;

/// <summary>Amounts of bytes as people write them: a number, or one with a decimal unit.</summary>
internal static class ByteAmounts
{
    /// <summary>For messages.</summary>
    public const string Expected = "must be a positive number of bytes in whole KB, e.g. 500MB, 1.5GB or 2000000";

    private static readonly (string Suffix, ulong Factor)[] Units =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("", 1)];

    /// <summary>False for what is no such amount, is not in whole KB, or is more than any channel holds.</summary>
    public static bool TryParse(string text, out ulong bytes)
    {
        bytes = 0;
        var trimmed = text.Trim();
        var unit = Units.First(unit => trimmed.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase));
        var number = trimmed[..^unit.Suffix.Length].TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count <= 0
            || count > Protocol.ProtocolConstants.MaxCapacityBytes / unit.Factor)
        {
            return false;
        }

        var whole = count * unit.Factor;
        if (whole != decimal.Truncate(whole) || whole % 1_000 != 0)
        {
            return false;
        }

        bytes = (ulong)whole;
        return true;
    }
}
