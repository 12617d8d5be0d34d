using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Matching;

/// <summary>The place to which providers are ranked for a consumer (protocol, Identity and matching).</summary>
public static class MatchTarget
{
    /// <summary>
    /// The last 20 bytes of keccak256(ID ‖ epoch seed) where a seed is in force, else the consumer's own ID.
    /// </summary>
    public static Address For(Address consumer, Bytes32? epochSeed)
    {
        if (epochSeed is not { } seed)
        {
            return consumer;
        }

        Span<byte> input = stackalloc byte[Address.Length + Bytes32.Length];
        consumer.CopyTo(input);
        seed.CopyTo(input[Address.Length..]);
        Span<byte> hash = stackalloc byte[Keccak256.HashLength];
        Keccak256.Hash(input, hash);
        return Address.FromBytes(hash[12..]);
    }
}
