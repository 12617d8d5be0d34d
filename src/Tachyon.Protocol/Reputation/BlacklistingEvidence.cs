using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Reputation;

/// <summary>The evidence that a statement may carry: two units of the subject that contradict each other.</summary>
public static class BlacklistingEvidence
{
    /// <summary>What the statement's evidence field names: keccak256 of kind ‖ first unit ‖ second unit, signatures included.</summary>
    public static Bytes32 HashOf(Contradiction contradiction)
    {
        ArgumentNullException.ThrowIfNull(contradiction);
        Span<byte> bytes = stackalloc byte[1 + (2 * SignedUnitCodec.Length)];
        bytes[0] = (byte)contradiction.Kind;
        SignedUnitCodec.Write(contradiction.First, bytes[1..]);
        SignedUnitCodec.Write(contradiction.Second, bytes[(1 + SignedUnitCodec.Length)..]);
        return Keccak256.Hash(bytes);
    }

    /// <summary>Whether the evidence proves that a party of the channel contradicted itself on that very channel.</summary>
    public static bool Proves(
        Contradiction contradiction, Address accused, Terms terms, ChannelId channelId, SignatureVerifier verifier, Eip712Domain domain)
    {
        ArgumentNullException.ThrowIfNull(contradiction);
        ArgumentNullException.ThrowIfNull(terms);
        return IsOf(contradiction.First.Unit) && IsOf(contradiction.Second.Unit) && contradiction.Proves(accused, verifier, domain);

        bool IsOf(UsageUnit unit) => unit.ChannelId == channelId && unit.Consumer == terms.Consumer && unit.Provider == terms.Provider;
    }
}
