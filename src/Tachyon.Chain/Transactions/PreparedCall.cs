namespace Tachyon.Chain;

/// <summary>A call ready to be put into a transaction.</summary>
/// <param name="To">the contract</param>
/// <param name="Data">selector and arguments</param>
public sealed record PreparedCall(Address To, ReadOnlyMemory<byte> Data);
