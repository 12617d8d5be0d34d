using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Signing;

public class Secp256k1Tests
{
    private static readonly ManagedSecp256k1 Managed = new();
    private static readonly Secp256k1 Native = Secp256k1.Default;

    [Fact]
    public void Secp256k1_OnThisMachine_IsTheNativeLibraryWithoutWarning()
    {
        Assert.True(Native.IsNative, Native.Warning);
        Assert.Null(Native.Warning);
    }

    [Fact]
    public void ManagedFallback_InUse_NamesThePackageToInstall() =>
        Assert.Contains("apt install libsecp256k1", Managed.Warning, StringComparison.Ordinal);

    [Fact]
    public void PublicKey_OfAKnownPrivateKey_HasTheKnownAddress()
    {
        // The first account of every development chain.
        byte[] key = Bytes32.Parse("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80").ToArray();
        Address expected = Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

        Assert.Equal(expected, Native.PublicKeyOf(key).ToAddress());
        Assert.Equal(expected, Managed.PublicKeyOf(key).ToAddress());
    }

    [Fact]
    public void NativeAndManaged_OnAnyKeyAndDigest_GiveTheSameSignatureAndRecoverTheKey() => Properties.Hold((byte[] seed, byte[] message) =>
    {
        byte[] key = Keccak256.Hash(seed).ToArray();
        Bytes32 digest = Keccak256.Hash(message);

        Signature signature = Native.Sign(key, digest);
        bool nativeRecovers = Native.TryRecover(digest, signature, out PublicKey byNative);
        bool managedRecovers = Managed.TryRecover(digest, signature, out PublicKey byManaged);

        return signature == Managed.Sign(key, digest)
            && signature.Check() == SignatureFault.None
            && nativeRecovers && managedRecovers
            && byNative == byManaged
            && byNative == Native.PublicKeyOf(key)
            && byNative == Managed.PublicKeyOf(key);
    }, cases: 60);

    [Fact]
    public void NativeAndManaged_OnAnySixtyFiveBytes_AgreeOnWhetherAKeyIsRecovered() => Properties.Hold((byte[] seed, bool odd) =>
    {
        // r and s are random, so about half of them are the x of a point.
        Bytes32 digest = Keccak256.HashText("digest");
        var signature = new Signature(
            Keccak256.Hash(seed), Keccak256.Hash([.. seed, 1]), odd ? (byte)28 : (byte)27);

        bool native = Native.TryRecover(digest, signature, out PublicKey byNative);
        bool managed = Managed.TryRecover(digest, signature, out PublicKey byManaged);
        return native == managed && byNative == byManaged;
    }, cases: 60);

    [Fact]
    public void Secp256k1_WithNumbersOutOfRange_RecoversNothingAndLivesOn()
    {
        Bytes32 digest = Keccak256.HashText("digest");
        Bytes32 one = Bytes32.Parse("0x" + new string('0', 63) + "1");
        Bytes32 highest = Bytes32.Parse("0x" + new string('f', 64));
        Signature[] bad =
        [
            default,
            new(Bytes32.Zero, one, 27),
            new(one, Bytes32.Zero, 27),
            new(Signature.CurveOrder, one, 27),
            new(one, Signature.CurveOrder, 28),
            new(highest, highest, 27),
            new(one, one, 0),
            new(one, one, 29),
            new(one, one, 255),
        ];

        foreach (Signature signature in bad)
        {
            Assert.False(Native.TryRecover(digest, signature, out _), signature.ToString());
            Assert.False(Managed.TryRecover(digest, signature, out _), signature.ToString());
        }
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void PrivateKey_OutOfRange_IsRefusedByBoth(string text)
    {
        byte[] key = Bytes32.Parse(text).ToArray();
        foreach (Secp256k1 curve in new[] { Native, Managed })
        {
            Assert.False(curve.IsPrivateKey(key));
            Assert.Throws<ArgumentException>(() => curve.PublicKeyOf(key));
            Assert.Throws<ArgumentException>(() => curve.Sign(key, Bytes32.Zero));
            Assert.Throws<ArgumentException>(() => new KeySigner(key, curve));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void PrivateKey_OfTheWrongLength_IsRefusedByBoth(int length)
    {
        byte[] key = Enumerable.Repeat((byte)1, length).ToArray();
        foreach (Secp256k1 curve in new[] { Native, Managed })
        {
            Assert.False(curve.IsPrivateKey(key));
            Assert.Throws<ArgumentException>(() => curve.PublicKeyOf(key));
            Assert.Throws<ArgumentException>(() => curve.Sign(key, Bytes32.Zero));
        }
    }

    [Fact]
    public void Secp256k1_UsedFromManyThreads_SignsAndRecoversRightly()
    {
        Parallel.For(0, 400, i =>
        {
            byte[] key = Keccak256.HashText($"key {i % 7}").ToArray();
            Bytes32 digest = Keccak256.HashText($"digest {i}");
            Assert.True(Native.TryRecover(digest, Native.Sign(key, digest), out PublicKey recovered));
            Assert.Equal(Native.PublicKeyOf(key), recovered);
        });
    }
}
