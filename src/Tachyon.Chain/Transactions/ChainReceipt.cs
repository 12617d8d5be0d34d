using System.Numerics;

namespace Tachyon.Chain;

/// <summary>What became of a mined transaction.</summary>
/// <param name="TransactionHash">the transaction's</param>
/// <param name="Succeeded">false when it was mined and changed nothing</param>
/// <param name="BlockNumber">its block</param>
/// <param name="BlockHash">that block's hash</param>
/// <param name="GasUsed">gas it paid for</param>
/// <param name="GasPrice">wei for each</param>
/// <param name="Deployed">the contract it deployed, if it did</param>
public sealed record ChainReceipt(
    Bytes32 TransactionHash,
    bool Succeeded,
    ulong BlockNumber,
    Bytes32 BlockHash,
    ulong GasUsed,
    BigInteger GasPrice,
    Address? Deployed)
{
    /// <summary>Wei it cost in gas.</summary>
    public BigInteger GasCost => GasUsed * GasPrice;
}
