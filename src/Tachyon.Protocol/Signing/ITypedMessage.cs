namespace Tachyon.Protocol.Signing;

/// <summary>A message that can be signed as EIP-712 typed data. The set is closed: only this project can add one.</summary>
/// <remarks>
/// A signer receives these, never a bare hash, so that no caller can have something signed whose meaning is unknown.
/// </remarks>
public interface ITypedMessage
{
    /// <summary>Writes hashStruct(message), 32 bytes, without domain.</summary>
    internal void WriteStructHash(Span<byte> destination);
}
