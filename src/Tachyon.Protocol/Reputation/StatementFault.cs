namespace Tachyon.Protocol.Reputation;

/// <summary>What is wrong with a statement by itself, before anybody looks at the chain.</summary>
public enum StatementFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The terms give another channel id than the statement names, or are no terms.</summary>
    OtherChannel = 1,

    /// <summary>Issuer and subject are not the two parties of the channel.</summary>
    NotAParty = 2,

    /// <summary>The reason is none of the list.</summary>
    UnknownReason = 3,

    /// <summary>Its time is more than 60 s ahead of the receiver's clock.</summary>
    TimestampAhead = 4,

    /// <summary>The evidence is not what the statement names, comes with a revocation, or proves nothing against the subject.</summary>
    BadEvidence = 5,

    /// <summary>The signature is malformed or not the issuer's.</summary>
    WrongSigner = 6,
}
