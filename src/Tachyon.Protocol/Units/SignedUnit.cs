using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Units;

/// <summary>A unit with its signature.</summary>
public sealed record SignedUnit(UsageUnit Unit, Signature Signature)
{
    /// <summary>Signs a unit that a ledger has decided on.</summary>
    public static SignedUnit Sign(UsageUnit unit, INodeSigner signer, Eip712Domain domain)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return new SignedUnit(unit, signer.Sign(unit, domain));
    }

    /// <summary>Whether the signature is that of the expected party, in the only form that the contract accepts.</summary>
    public SignatureFault CheckSignature(SignatureVerifier verifier, Eip712Domain domain, Address expectedSigner)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        return verifier.Verify(Unit, domain, Signature, expectedSigner);
    }
}
