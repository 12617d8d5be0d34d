namespace Tachyon.Chain;

/// <summary>A signed transaction. Its hash is known before anything is sent.</summary>
/// <param name="Hash">by which to look for it</param>
/// <param name="Raw">the bytes to send, as often as needed</param>
public sealed record SignedTransaction(Bytes32 Hash, ReadOnlyMemory<byte> Raw);
