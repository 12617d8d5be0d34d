namespace Tachyon.Chain;

/// <summary>The key of an account that sends transactions. It gets whole messages, never a bare hash, and may refuse.</summary>
public interface IAccountSigner
{
    /// <summary>The account.</summary>
    Address Address { get; }

    /// <summary>Signs a transaction. The same transaction gives the same bytes.</summary>
    SignedTransaction Sign(UnsignedTransaction transaction);

    /// <summary>Signs a permit of the account's own tokens.</summary>
    /// <param name="permit">what is permitted</param>
    /// <param name="chainId">the chain of the token</param>
    /// <param name="token">the token's contract</param>
    SignedPermit Sign(Permit permit, ulong chainId, Address token);
}
