using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Nethereum.KeyStore.Crypto;

/// <summary>
/// scrypt (RFC 7914). Not BouncyCastle's: that one refuses r = 1 with the cost that key files of the package carry.
/// </summary>
internal static class Scrypt
{
    public static byte[] Derive(byte[] password, byte[] salt, int cost, int blockSize, int parallel, int length)
    {
        if (cost < 2 || !BitOperations.IsPow2(cost) || blockSize < 1 || parallel < 1)
        {
            throw new ArgumentException($"scrypt takes a power of two as cost and positive r and p, not {cost}, {blockSize}, {parallel}");
        }

        var blockBytes = 128 * blockSize;
        var blocks = Rfc2898DeriveBytes.Pbkdf2(password, salt, 1, HashAlgorithmName.SHA256, parallel * blockBytes);
        for (var i = 0; i < parallel; i++)
        {
            Mix(blocks.AsSpan(i * blockBytes, blockBytes), cost);
        }

        return Rfc2898DeriveBytes.Pbkdf2(password, blocks, 1, HashAlgorithmName.SHA256, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix(Span<byte> block, int cost)
    {
        var words = block.Length / 4;
        var x = new uint[words];
        var y = new uint[words];
        for (var i = 0; i < words; i++)
        {
            x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        }

        var table = new uint[cost][];
        for (var i = 0; i < cost; i++)
        {
            table[i] = (uint[])x.Clone();
            MixBlock(x, y);
            (x, y) = (y, x);
        }

        for (var i = 0; i < cost; i++)
        {
            var row = table[(int)(x[words - 16] & (uint)(cost - 1))];
            for (var w = 0; w < words; w++)
            {
                x[w] ^= row[w];
            }

            MixBlock(x, y);
            (x, y) = (y, x);
        }

        for (var i = 0; i < words; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[(4 * i)..], x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MixBlock(uint[] source, uint[] target)
    {
        Span<uint> state = stackalloc uint[16];
        source.AsSpan(source.Length - 16).CopyTo(state);
        var chunks = source.Length / 16;
        for (var i = 0; i < chunks; i++)
        {
            for (var w = 0; w < 16; w++)
            {
                state[w] ^= source[(16 * i) + w];
            }

            Salsa(state);
            // Even chunks go to the first half, odd ones to the second.
            state.CopyTo(target.AsSpan(16 * ((i / 2) + (i % 2 == 0 ? 0 : chunks / 2))));
        }
    }

    // Salsa20/8 with its sixteen words in locals: over an array it takes three times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Salsa(Span<uint> state)
    {
        uint x0 = state[0], x1 = state[1], x2 = state[2], x3 = state[3];
        uint x4 = state[4], x5 = state[5], x6 = state[6], x7 = state[7];
        uint x8 = state[8], x9 = state[9], xa = state[10], xb = state[11];
        uint xc = state[12], xd = state[13], xe = state[14], xf = state[15];
        for (var round = 0; round < 8; round += 2)
        {
            x4 ^= BitOperations.RotateLeft(x0 + xc, 7);
            x8 ^= BitOperations.RotateLeft(x4 + x0, 9);
            xc ^= BitOperations.RotateLeft(x8 + x4, 13);
            x0 ^= BitOperations.RotateLeft(xc + x8, 18);
            x9 ^= BitOperations.RotateLeft(x5 + x1, 7);
            xd ^= BitOperations.RotateLeft(x9 + x5, 9);
            x1 ^= BitOperations.RotateLeft(xd + x9, 13);
            x5 ^= BitOperations.RotateLeft(x1 + xd, 18);
            xe ^= BitOperations.RotateLeft(xa + x6, 7);
            x2 ^= BitOperations.RotateLeft(xe + xa, 9);
            x6 ^= BitOperations.RotateLeft(x2 + xe, 13);
            xa ^= BitOperations.RotateLeft(x6 + x2, 18);
            x3 ^= BitOperations.RotateLeft(xf + xb, 7);
            x7 ^= BitOperations.RotateLeft(x3 + xf, 9);
            xb ^= BitOperations.RotateLeft(x7 + x3, 13);
            xf ^= BitOperations.RotateLeft(xb + x7, 18);
            x1 ^= BitOperations.RotateLeft(x0 + x3, 7);
            x2 ^= BitOperations.RotateLeft(x1 + x0, 9);
            x3 ^= BitOperations.RotateLeft(x2 + x1, 13);
            x0 ^= BitOperations.RotateLeft(x3 + x2, 18);
            x6 ^= BitOperations.RotateLeft(x5 + x4, 7);
            x7 ^= BitOperations.RotateLeft(x6 + x5, 9);
            x4 ^= BitOperations.RotateLeft(x7 + x6, 13);
            x5 ^= BitOperations.RotateLeft(x4 + x7, 18);
            xb ^= BitOperations.RotateLeft(xa + x9, 7);
            x8 ^= BitOperations.RotateLeft(xb + xa, 9);
            x9 ^= BitOperations.RotateLeft(x8 + xb, 13);
            xa ^= BitOperations.RotateLeft(x9 + x8, 18);
            xc ^= BitOperations.RotateLeft(xf + xe, 7);
            xd ^= BitOperations.RotateLeft(xc + xf, 9);
            xe ^= BitOperations.RotateLeft(xd + xc, 13);
            xf ^= BitOperations.RotateLeft(xe + xd, 18);
        }

        state[0] += x0;
        state[1] += x1;
        state[2] += x2;
        state[3] += x3;
        state[4] += x4;
        state[5] += x5;
        state[6] += x6;
        state[7] += x7;
        state[8] += x8;
        state[9] += x9;
        state[10] += xa;
        state[11] += xb;
        state[12] += xc;
        state[13] += xd;
        state[14] += xe;
        state[15] += xf;
    }
}
