using System.Buffers.Binary;
using System.Numerics;
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

    private static void Salsa(Span<uint> state)
    {
        Span<uint> x = stackalloc uint[16];
        state.CopyTo(x);
        for (var round = 0; round < 8; round += 2)
        {
            Quarter(x, 0, 4, 8, 12);
            Quarter(x, 5, 9, 13, 1);
            Quarter(x, 10, 14, 2, 6);
            Quarter(x, 15, 3, 7, 11);
            Quarter(x, 0, 1, 2, 3);
            Quarter(x, 5, 6, 7, 4);
            Quarter(x, 10, 11, 8, 9);
            Quarter(x, 15, 12, 13, 14);
        }

        for (var i = 0; i < 16; i++)
        {
            state[i] += x[i];
        }
    }

    private static void Quarter(Span<uint> x, int a, int b, int c, int d)
    {
        x[b] ^= BitOperations.RotateLeft(x[a] + x[d], 7);
        x[c] ^= BitOperations.RotateLeft(x[b] + x[a], 9);
        x[d] ^= BitOperations.RotateLeft(x[c] + x[b], 13);
        x[a] ^= BitOperations.RotateLeft(x[d] + x[c], 18);
    }
}
