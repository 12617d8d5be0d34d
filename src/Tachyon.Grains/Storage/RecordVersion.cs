using System.Globalization;

namespace Tachyon.Grains.Storage;

/// <summary>Which writing of a record this is: what its etag says.</summary>
/// <param name="Row">The record's row, which it keeps for good.</param>
/// <param name="Version">How many times it was written or cleared.</param>
internal readonly record struct RecordVersion(long Row, long Version)
{
    private const char Separator = '.';

    /// <summary>The version after this one.</summary>
    internal RecordVersion Next => this with { Version = Version + 1 };

    /// <summary>The version of a record that was just made.</summary>
    internal static RecordVersion First(long row) => new(row, 1);

    /// <summary>Reads an etag; one that this storage did not write gives a version that no record has.</summary>
    internal static RecordVersion Parse(string etag)
    {
        int at = etag.IndexOf(Separator, StringComparison.Ordinal);
        return at > 0 && Number(etag.AsSpan(..at), out long row) && Number(etag.AsSpan((at + 1)..), out long version)
            ? new RecordVersion(row, version)
            : default;
    }

    /// <summary>The etag.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Row}{Separator}{Version}");

    private static bool Number(ReadOnlySpan<char> digits, out long number) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
