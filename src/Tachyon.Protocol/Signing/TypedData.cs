using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>EIP-712 hashes of typed messages.</summary>
public static class TypedData
{
    /// <summary>hashStruct(message), without domain: what a counter unit names.</summary>
    public static Bytes32 StructHash<TMessage>(TMessage message)
        where TMessage : ITypedMessage
    {
        Span<byte> hash = stackalloc byte[Keccak256.HashLength];
        message.WriteStructHash(hash);
        return Bytes32.FromBytes(hash);
    }

    /// <summary>keccak256(0x1901 ‖ domainSeparator ‖ hashStruct(message)): what is signed.</summary>
    public static Bytes32 Digest<TMessage>(TMessage message, Eip712Domain domain)
        where TMessage : ITypedMessage
    {
        ArgumentNullException.ThrowIfNull(domain);

        Span<byte> buffer = stackalloc byte[2 + (2 * Keccak256.HashLength)];
        buffer[0] = 0x19;
        buffer[1] = 0x01;
        domain.Separator.CopyTo(buffer[2..]);
        message.WriteStructHash(buffer[34..]);
        Span<byte> hash = stackalloc byte[Keccak256.HashLength];
        Keccak256.Hash(buffer, hash);
        return Bytes32.FromBytes(hash);
    }
}
