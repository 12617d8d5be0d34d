namespace Tachyon.Chain;

/// <summary>Where an event stands on chain. Block hash and log index together name it for ever.</summary>
/// <param name="BlockNumber">the block's number</param>
/// <param name="BlockHash">the block's hash: another one at this number means a re-organisation</param>
/// <param name="TransactionHash">the transaction that caused it</param>
/// <param name="LogIndex">its place among the block's logs</param>
public readonly record struct LogPosition(ulong BlockNumber, Bytes32 BlockHash, Bytes32 TransactionHash, uint LogIndex);
