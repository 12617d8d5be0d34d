namespace Tachyon.Chain;

/// <summary>A transaction with all that a signature covers.</summary>
/// <param name="ChainId">the chain it is for</param>
/// <param name="Nonce">the account's, chosen by the caller</param>
/// <param name="Fees">what it pays at most for gas</param>
/// <param name="GasLimit">gas it may use</param>
/// <param name="To">the contract called; null to deploy one</param>
/// <param name="Data">call data, or the code to deploy</param>
public sealed record UnsignedTransaction(
    ulong ChainId, ulong Nonce, FeeCaps Fees, ulong GasLimit, Address? To, ReadOnlyMemory<byte> Data);
