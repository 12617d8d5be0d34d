namespace Tachyon.Chain.Tests.Conformance;

/// <summary>An account whose permits a token of another name would not take.</summary>
internal sealed class BadPermits(IAccountSigner inner) : IAccountSigner
{
    public Address Address => inner.Address;

    public SignedTransaction Sign(UnsignedTransaction transaction) => inner.Sign(transaction);

    public SignedPermit Sign(Permit permit, ulong chainId, Address token)
        => inner.Sign(permit with { Nonce = permit.Nonce + 1 }, chainId, token);
}
