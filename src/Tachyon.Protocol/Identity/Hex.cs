namespace Tachyon.Protocol.Identity;

/// <summary>Reads and writes 0x-prefixed hexadecimal of a fixed length.</summary>
internal static class Hex
{
    /// <summary>Fills <paramref name="destination"/> from text of exactly its length; the 0x prefix is required.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (text.Length != 2 + (destination.Length * 2) || text[0] != '0' || text[1] is not ('x' or 'X'))
        {
            return false;
        }

        return Convert.FromHexString(text[2..], destination, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    internal static string Format(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);
}
