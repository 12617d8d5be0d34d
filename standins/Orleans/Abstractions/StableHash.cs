using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans;

/// <summary>A hash that is the same in every process: xxHash32 with seed 0.</summary>
public static class StableHash
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;

    public static uint ComputeHash(string data) => ComputeHash(MemoryMarshal.AsBytes(data.AsSpan()));

    public static uint ComputeHash(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            uint length = (uint)data.Length;
            uint hash;
            if (data.Length >= 16)
            {
                uint a = Prime1 + Prime2;
                uint b = Prime2;
                uint c = 0;
                uint d = 0 - Prime1;
                while (data.Length >= 16)
                {
                    a = Round(a, Word(data));
                    b = Round(b, Word(data[4..]));
                    c = Round(c, Word(data[8..]));
                    d = Round(d, Word(data[12..]));
                    data = data[16..];
                }

                hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            }
            else
            {
                hash = Prime5;
            }

            hash += length;
            while (data.Length >= 4)
            {
                hash = BitOperations.RotateLeft(hash + (Word(data) * Prime3), 17) * Prime4;
                data = data[4..];
            }

            foreach (byte value in data)
            {
                hash = BitOperations.RotateLeft(hash + (value * Prime5), 11) * Prime1;
            }

            hash = (hash ^ (hash >> 15)) * Prime2;
            hash = (hash ^ (hash >> 13)) * Prime3;
            return hash ^ (hash >> 16);
        }
    }

    private static uint Word(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32LittleEndian(data);

    private static uint Round(uint lane, uint word) => unchecked(BitOperations.RotateLeft(lane + (word * Prime2), 13) * Prime1);
}
