namespace Tachyon.Protocol.Reputation;

/// <summary>Why a party deals with another no more, for people to read: no rule depends on it. The numbers are signed and stored.</summary>
public enum BlacklistingReason : byte
{
    /// <summary>Not a reason.</summary>
    None = 0,

    /// <summary>None of the others.</summary>
    Other = 1,

    /// <summary>It signed units that contradict each other.</summary>
    Contradiction = 2,

    /// <summary>Its count and the issuer's differed by more than the tolerance.</summary>
    Dispute = 3,

    /// <summary>It took payment and did not serve, or served badly.</summary>
    Unserved = 4,

    /// <summary>It used and did not sign.</summary>
    Unpaid = 5,

    /// <summary>It used what was served for attacks on others, or altered what it carried.</summary>
    Abuse = 6,
}
