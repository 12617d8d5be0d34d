using System.Text;
using Org.BouncyCastle.Crypto.Digests;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Signing;

public class Keccak256Tests
{
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void Keccak256_OfKnownText_GivesThePublishedHash(string text, string expected) =>
        Assert.Equal(expected, Keccak256.HashText(text).ToString());

    [Fact]
    public void Keccak256_AroundEveryBlockBoundary_AgreesWithAnotherImplementation()
    {
        byte[] data = new byte[3 * 136 + 2];
        new System.Random(7).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            Assert.Equal(Independent(data[..length]), Keccak256.Hash(data.AsSpan(0, length)).ToArray());
        }
    }

    [Fact]
    public void Keccak256_OfAnyBytes_AgreesWithAnotherImplementation() => Properties.Hold((byte[] data) =>
        Independent(data).AsSpan().SequenceEqual(Keccak256.Hash(data).ToArray()));

    [Fact]
    public void Keccak256_WithAShortDestination_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Keccak256.Hash(Encoding.ASCII.GetBytes("x"), new byte[31]));

    [Fact]
    public void Keccak256_Hashing_AllocatesNothing()
    {
        byte[] data = new byte[300];
        byte[] hash = new byte[32];
        Keccak256.Hash(data, hash);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Keccak256.Hash(data, hash);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Independent(byte[] data)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(data, 0, data.Length);
        byte[] hash = new byte[32];
        digest.DoFinal(hash, 0);
        return hash;
    }
}
