namespace Tachyon.Grains;

/// <summary>Why a closure was not taken.</summary>
[GenerateSerializer, Alias("tachyon.ClosureRefusal")]
public enum ClosureRefusal
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    /// <summary>The chain has shown no such channel here at the configured finality; ask again later.</summary>
    UnknownChannel = 1,

    /// <summary>The channel is neither active nor closing.</summary>
    WrongPhase = 2,

    /// <summary>The closure names another channel.</summary>
    OtherChannel = 3,

    /// <summary>The signature is malformed, or neither party's.</summary>
    WrongSigner = 4,

    /// <summary>Below what claims on chain have already paid for.</summary>
    BelowPaid = 5,

    /// <summary>Above the channel's capacity.</summary>
    AboveCapacity = 6,

    /// <summary>Not in whole KB.</summary>
    NotWholeKB = 7,

    /// <summary>Its validUntil has passed, or leaves no time to be mined.</summary>
    Expired = 8,

    /// <summary>Its validUntil is more than 86,400 s ahead.</summary>
    TooFarAhead = 9,

    /// <summary>The outbox takes nothing more at present; the closure is kept and will be offered again.</summary>
    OutboxFull = 10,

    /// <summary>
    /// Its signer promised more by an earlier closure that is still valid, or both signed another that is being carried out.
    /// </summary>
    OtherClosureSigned = 11,

    /// <summary>The channel's deposit is below the least for which this operator pays gas; a party sends the close itself.</summary>
    DepositTooSmall = 12,

    /// <summary>A lock's: below what the proxy has promised to exits for it.</summary>
    BelowPromised = 13,

    /// <summary>A lock's: neither a multiple of the route step nor the whole capacity.</summary>
    NotARouteStep = 14,
}
