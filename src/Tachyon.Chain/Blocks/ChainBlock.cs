namespace Tachyon.Chain;

/// <summary>A block's place in the chain.</summary>
/// <param name="Number">from 0</param>
/// <param name="Hash">the block's</param>
/// <param name="ParentHash">that of the block before</param>
/// <param name="TimestampSeconds">the block's time, Unix seconds</param>
public sealed record ChainBlock(ulong Number, Bytes32 Hash, Bytes32 ParentHash, ulong TimestampSeconds);
