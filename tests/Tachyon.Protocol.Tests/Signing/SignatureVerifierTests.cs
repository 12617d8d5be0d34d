using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Tests.Vectors;

namespace Tachyon.Protocol.Tests.Signing;

public class SignatureVerifierTests
{
    private static readonly Confirm Message = new(TestKeys.Terms().ChannelId(TestKeys.Domain), 1_000);
    private static readonly Signature Good = TestKeys.Provider.Sign(Message, TestKeys.Domain);

    [Fact]
    public void Verifier_TheFirstTimeAndWithTheKeyKnown_AcceptsTheSigner()
    {
        var verifier = new SignatureVerifier();
        Assert.Equal(SignatureFault.None, verifier.Verify(Message, TestKeys.Domain, Good, TestKeys.Provider.Address));
        Assert.Equal(SignatureFault.None, verifier.Verify(Message, TestKeys.Domain, Good, TestKeys.Provider.Address));
    }

    [Fact]
    public void Verifier_GivenAnotherSigner_NamesIt()
    {
        var verifier = new SignatureVerifier();
        Assert.Equal(SignatureFault.WrongSigner, verifier.Verify(Message, TestKeys.Domain, Good, TestKeys.Consumer.Address));
        Remember(verifier);
        Signature other = TestKeys.Stranger.Sign(Message, TestKeys.Domain);
        Assert.Equal(SignatureFault.WrongSigner, verifier.Verify(Message, TestKeys.Domain, other, TestKeys.Provider.Address));
    }

    [Fact]
    public void Verifier_GivenTheOtherV_RefusesItAlsoWithTheKeyKnown()
    {
        // r and s alone still verify with the key; the contract's recovery gives a stranger, so the unit would pay nothing.
        var verifier = new SignatureVerifier();
        Remember(verifier);
        Signature flipped = Good with { V = (byte)(55 - Good.V) };
        Assert.Equal(SignatureFault.WrongSigner, verifier.Verify(Message, TestKeys.Domain, flipped, TestKeys.Provider.Address));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(26)]
    [InlineData(29)]
    [InlineData(255)]
    public void Verifier_GivenAnyOtherV_RefusesIt(byte v)
    {
        var verifier = new SignatureVerifier();
        Remember(verifier);
        Assert.Equal(
            SignatureFault.BadV, verifier.Verify(Message, TestKeys.Domain, Good with { V = v }, TestKeys.Provider.Address));
    }

    [Fact]
    public void Verifier_GivenTheMalleableTwin_RefusesItsHighS()
    {
        Signature twin = BadSignatureVectors.Twin(Good);

        // It is a right signature of the same key in every respect but its form.
        Assert.True(Secp256k1.Default.TryRecover(TypedData.Digest(Message, TestKeys.Domain), twin, out PublicKey key));
        Assert.Equal(TestKeys.Provider.PublicKey, key);

        var verifier = new SignatureVerifier();
        Remember(verifier);
        Assert.Equal(SignatureFault.HighS, verifier.Verify(Message, TestKeys.Domain, twin, TestKeys.Provider.Address));
    }

    [Fact]
    public void Verifier_GivenZeroOrTooLargeNumbers_NamesTheFault()
    {
        var verifier = new SignatureVerifier();
        (Signature, SignatureFault)[] cases =
        [
            (Good with { R = Bytes32.Zero }, SignatureFault.ROutOfRange),
            (Good with { R = Signature.CurveOrder }, SignatureFault.ROutOfRange),
            (Good with { S = Bytes32.Zero }, SignatureFault.SOutOfRange),
            (Good with { S = Signature.CurveOrder }, SignatureFault.SOutOfRange),
            (default, SignatureFault.BadV),
        ];
        foreach ((Signature signature, SignatureFault expected) in cases)
        {
            Assert.Equal(expected, verifier.Verify(Message, TestKeys.Domain, signature, TestKeys.Provider.Address));
        }
    }

    [Fact]
    public void Signature_WithTheGreatestLowS_IsOfTheAcceptedForm()
    {
        Assert.Equal(SignatureFault.None, (Good with { S = Signature.HalfCurveOrder }).Check());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(66)]
    public void Signature_OfTheWrongLength_IsRefused(int length)
    {
        Assert.Equal(SignatureFault.WrongLength, Signature.Read(new byte[length], out _));
        Assert.Throws<ArgumentException>(() => Signature.FromBytes(new byte[length]));
    }

    [Fact]
    public void Verifier_GivenOneFlippedBit_RefusesIt() => Properties.Hold((ushort position) =>
    {
        byte[] bytes = Good.ToArray();
        int bit = position % (8 * Signature.Length);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        var verifier = new SignatureVerifier();
        Remember(verifier);
        SignatureFault form = Signature.Read(bytes, out Signature signature);
        return form != SignatureFault.None
            || verifier.Verify(Message, TestKeys.Domain, signature, TestKeys.Provider.Address) != SignatureFault.None;
    });

    [Fact]
    public void Verifier_GivenAnotherMessageOrDomain_RefusesIt()
    {
        var verifier = new SignatureVerifier();
        Remember(verifier);
        var elsewhere = new Eip712Domain(TestKeys.Domain.ChainId + 1, TestKeys.Domain.VerifyingContract);
        var decline = new Decline(Message.ChannelId, Message.ValidUntilSeconds);
        Address signer = TestKeys.Provider.Address;

        Assert.Equal(SignatureFault.WrongSigner, verifier.Verify(Message, elsewhere, Good, signer));
        Assert.Equal(SignatureFault.WrongSigner, verifier.Verify(decline, TestKeys.Domain, Good, signer));
        Assert.Equal(SignatureFault.WrongSigner, verifier.Verify(Message with { ValidUntilSeconds = 1_001 }, TestKeys.Domain, Good, signer));
    }

    [Fact]
    public void KnownKeys_FloodedByStrangers_StayWithinTheirBoundAndKeepWhatIsUsed()
    {
        var keys = new KnownKeys(16);
        Address regular = TestKeys.Provider.Address;
        keys.Add(regular, TestKeys.Provider.PublicKey);
        for (int i = 0; i < 1_000; i++)
        {
            keys.Add(TestKeys.Key($"stranger {i % 50}").Address, default);
            Assert.True(keys.TryGet(regular, out PublicKey key));
            Assert.Equal(TestKeys.Provider.PublicKey, key);
            Assert.InRange(keys.Count, 1, 16);
        }
    }

    [Fact]
    public void Signer_Disposed_RefusesAndSaysSo()
    {
        KeySigner signer = TestKeys.Key("short-lived");
        signer.Dispose();
        SigningRefusedException refused =
            Assert.Throws<SigningRefusedException>(() => signer.Sign(Message, TestKeys.Domain));
        Assert.Equal(signer.Address, refused.Address);
    }

    private static void Remember(SignatureVerifier verifier) =>
        Assert.Equal(SignatureFault.None, verifier.Verify(Message, TestKeys.Domain, Good, TestKeys.Provider.Address));
}
