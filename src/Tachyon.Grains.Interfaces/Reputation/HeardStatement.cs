using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains;

/// <summary>The newest statement of one issuer about a node. The whole of it, with its evidence, is with the issuer.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.HeardStatement")]
public sealed record HeardStatement
{
    /// <summary>The statement.</summary>
    [Id(0)]
    public required SignedBlacklisting Signed { get; init; }

    /// <summary>What a dispute on its channel had burned of the issuer's own deposit when it was admitted, in base units; nothing of a provider's.</summary>
    [Id(1)]
    public TokenAmount Burned { get; init; }

    /// <summary>Who states it.</summary>
    public Address Issuer => Signed.Issuer;

    /// <summary>Whether it is in force.</summary>
    public bool Stands => !Signed.Statement.Revoked;

    /// <summary>Whether a contradiction of the node goes with it.</summary>
    public bool HasEvidence => Signed.Statement.Evidence != Bytes32.Zero;
}
