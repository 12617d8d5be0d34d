using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>Signs for an account, and remembers what it signed.</summary>
internal sealed class RecordingAccount(IAccountSigner inner) : IAccountSigner
{
    public Address Address => inner.Address;

    public List<(UnsignedTransaction Transaction, Bytes32 Hash)> Signed { get; } = [];

    /// <summary>The most that any signed transaction offers for a unit of gas.</summary>
    public BigInteger HighestFee => Signed.Count == 0 ? 0 : Signed.Max(signed => signed.Transaction.Fees.MaxFeePerGas);

    /// <summary>Nonces for which calls of different content were sent, transfers of nothing aside.</summary>
    public ulong[] AmbiguousNonces(HashSet<Bytes32> sent) => [.. Signed
        .Where(signed => sent.Contains(signed.Hash) && signed.Transaction.Data.Length > 0)
        .GroupBy(signed => signed.Transaction.Nonce)
        .Where(group => group.Select(signed => Convert.ToHexString(signed.Transaction.Data.Span)).Distinct().Count() > 1)
        .Select(group => group.Key)];

    public SignedTransaction Sign(UnsignedTransaction transaction)
    {
        SignedTransaction signed = inner.Sign(transaction);
        Signed.Add((transaction, signed.Hash));
        return signed;
    }

    public SignedPermit Sign(Permit permit, ulong chainId, Address token) => inner.Sign(permit, chainId, token);
}
