using System.Buffers.Binary;

namespace Tachyon.Testing.Fuzzing;

/// <summary>
/// Changes valid messages as transmission, mistakes and malice do: bits, lengths, borders, order, and pieces of other
/// messages. The same seed makes the same changes.
/// </summary>
public sealed class Mutator(int seed)
{
    private const int MostGrowthBytes = 64;

    private static readonly byte[] OddBytes = [0, 1, 2, 0x0a, 0x0d, 0x20, 0x2f, 0x3a, 0x7f, 0x80, 0xfe, 0xff];
    private static readonly ulong[] OddNumbers = [0, 1, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x40000, 0x40001, 0x7fffffff, 0x80000000, 0xffffffff, ulong.MaxValue];

    /// <summary>What decides on all changes; for callers that have choices of their own.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>One of the samples, changed in one to eight places; one in twelve is nothing but random bytes.</summary>
    public byte[] Next(IReadOnlyList<byte[]> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (Random.Next(12) == 0)
        {
            var noise = new byte[Random.Next(512)];
            Random.NextBytes(noise);
            return noise;
        }

        var bytes = new List<byte>(Pick(samples));
        for (var changes = Random.Next(1, 9); changes > 0; changes--)
        {
            Change(bytes, samples);
        }

        return [.. bytes];
    }

    private byte[] Pick(IReadOnlyList<byte[]> samples) => samples[Random.Next(samples.Count)];

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> samples)
    {
        var at = Random.Next(bytes.Count + 1);
        var count = Random.Next(Math.Min(bytes.Count - at, 16) + 1);
        switch (Random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << Random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = OddBytes[Random.Next(OddBytes.Length)];
                break;
            case 2:
                PutNumber(bytes, at);
                break;
            case 3:
                bytes.RemoveRange(at, count);
                break;
            case 4:
                var noise = new byte[Random.Next(MostGrowthBytes)];
                Random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            case 5:
                bytes.InsertRange(Random.Next(bytes.Count + 1), bytes.GetRange(at, count));
                break;
            case 6:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 7:
                var other = Pick(samples);
                bytes.InsertRange(at, other[Random.Next(other.Length + 1)..]);
                break;
            default:
                bytes.AddRange(Pick(samples));
                break;
        }
    }

    // Where a length or a count may stand: as wide as those are, and near what is true.
    private void PutNumber(List<byte> bytes, int at)
    {
        var width = 1 << Random.Next(4);
        if (at + width > bytes.Count)
        {
            return;
        }

        var number = Random.Next(3) == 0 ? (ulong)Math.Max(0, bytes.Count - at - width + Random.Next(-2, 3)) : OddNumbers[Random.Next(OddNumbers.Length)];
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(whole, number);
        for (var i = 0; i < width; i++)
        {
            bytes[at + i] = whole[8 - width + i];
        }
    }
}
