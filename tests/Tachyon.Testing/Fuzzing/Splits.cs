namespace Tachyon.Testing.Fuzzing;

/// <summary>Cuts of a stream.</summary>
public static class Splits
{
    private const int FewBytes = 48;
    private const int Cuts = 24;

    /// <summary>Says something of a beginning; null for "not yet".</summary>
    public delegate string? Reader(ReadOnlySpan<byte> beginning);

    /// <summary>Cuts bytes at random places; together the pieces are the whole.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(byte[] bytes, Random random)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(random);
        var most = 1 + random.Next(Math.Max(1, bytes.Length));
        for (var start = 0; start < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - start, 1 + random.Next(most));
            yield return bytes.AsMemory(start, length);
            start += length;
        }
    }

    /// <summary>
    /// Checks a reader that answers "not yet" to what is cut short: whatever it says of a beginning, it says of the whole.
    /// Short inputs are cut everywhere, long ones in some places.
    /// </summary>
    public static void BeginningsAgree(byte[] bytes, Random random, Reader read)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(read);
        var whole = read(bytes);
        for (var cut = 0; cut < (bytes.Length <= FewBytes ? bytes.Length : Cuts); cut++)
        {
            var length = bytes.Length <= FewBytes ? cut : random.Next(bytes.Length);
            if (read(bytes.AsSpan(0, length)) is { } said && said != whole)
            {
                throw new InvalidOperationException($"Of the first {length} bytes it says {said}, of all {bytes.Length} {whole}.");
            }
        }
    }
}
