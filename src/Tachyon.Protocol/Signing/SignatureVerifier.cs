using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>Checks that a signature is that of an address, in exactly the form that the contract accepts. Thread-safe.</summary>
/// <remarks>
/// It recovers the key as the contract does, also when the key is known already: verifying with a known key looks at r and
/// s alone, so a signature with the wrong one of the two v would pass here and fail on chain, and with it the money that it
/// stands for. Recovering costs a sixth more. Known keys save hashing the key again.
/// </remarks>
public sealed class SignatureVerifier
{
    /// <summary>Keys remembered by default.</summary>
    public const int DefaultCapacity = 16_384;

    private readonly Secp256k1 _curve;
    private readonly KnownKeys _known;

    /// <summary>A verifier that remembers the keys of at most <paramref name="capacity"/> addresses.</summary>
    public SignatureVerifier(Secp256k1? curve = null, int capacity = DefaultCapacity)
    {
        _curve = curve ?? Secp256k1.Default;
        _known = new KnownKeys(capacity);
    }

    /// <summary>Whether <paramref name="expectedSigner"/> signed the message under the domain.</summary>
    public SignatureFault Verify<TMessage>(TMessage message, Eip712Domain domain, Signature signature, Address expectedSigner)
        where TMessage : ITypedMessage
    {
        SignatureFault form = signature.Check();
        return form != SignatureFault.None ? form : Verify(TypedData.Digest(message, domain), signature, expectedSigner);
    }

    /// <summary>Whether <paramref name="expectedSigner"/> signed the digest.</summary>
    public SignatureFault Verify(Bytes32 digest, Signature signature, Address expectedSigner)
    {
        SignatureFault form = signature.Check();
        if (form != SignatureFault.None)
        {
            return form;
        }

        if (!_curve.TryRecover(digest, signature, out PublicKey key))
        {
            return SignatureFault.NotRecoverable;
        }

        if (_known.TryGet(expectedSigner, out PublicKey known))
        {
            return key == known ? SignatureFault.None : SignatureFault.WrongSigner;
        }

        if (key.ToAddress() != expectedSigner)
        {
            return SignatureFault.WrongSigner;
        }

        _known.Add(expectedSigner, key);
        return SignatureFault.None;
    }

    /// <summary>The address that signed the message under the domain, as the contract recovers it.</summary>
    public SignatureFault Recover<TMessage>(TMessage message, Eip712Domain domain, Signature signature, out Address signer)
        where TMessage : ITypedMessage
    {
        signer = default;
        SignatureFault form = signature.Check();
        if (form != SignatureFault.None)
        {
            return form;
        }

        if (!_curve.TryRecover(TypedData.Digest(message, domain), signature, out PublicKey key))
        {
            return SignatureFault.NotRecoverable;
        }

        signer = key.ToAddress();
        return SignatureFault.None;
    }
}
