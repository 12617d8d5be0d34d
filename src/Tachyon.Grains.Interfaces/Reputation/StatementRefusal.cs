namespace Tachyon.Grains;

/// <summary>Why a statement was not admitted (protocol, Reputation).</summary>
[Alias("tachyon.StatementRefusal")]
public enum StatementRefusal
{
    /// <summary>It was.</summary>
    None = 0,

    /// <summary>The chain has shown no such channel here.</summary>
    UnknownChannel = 1,

    /// <summary>Issuer and subject are not the two parties of the channel.</summary>
    NotAParty = 2,

    /// <summary>The channel has paid and settled nothing.</summary>
    NothingPaid = 3,

    /// <summary>The reason is none of the list, or the time is too far ahead.</summary>
    BadStatement = 4,

    /// <summary>The evidence is not what the statement names, or proves nothing against the subject.</summary>
    BadEvidence = 5,

    /// <summary>The signature is malformed or not the issuer's.</summary>
    WrongSigner = 6,

    /// <summary>A newer statement of the issuer about the subject stands.</summary>
    Older = 7,

    /// <summary>The issuer published as many statements as it may of this channel, in a day, or at all.</summary>
    TooMany = 8,
}
