namespace Tachyon.Grains;

/// <summary>Why a signed request was not relayed to the chain.</summary>
[GenerateSerializer, Alias("tachyon.RelayRefusal")]
public enum RelayRefusal
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    /// <summary>The chain has shown no such channel here at the configured finality; ask again later.</summary>
    UnknownChannel = 1,

    /// <summary>The channel's phase does not allow it.</summary>
    WrongPhase = 2,

    /// <summary>The request is about another channel or another party's channel.</summary>
    OtherChannel = 3,

    /// <summary>The signature is malformed, or not of a party who may ask this.</summary>
    WrongSigner = 4,

    /// <summary>Its validUntil has passed.</summary>
    Expired = 5,

    /// <summary>Its validUntil is more than 86,400 s ahead.</summary>
    TooFarAhead = 6,

    /// <summary>All of the provider's slots are taken or promised.</summary>
    SlotsFull = 7,

    /// <summary>The channel's price is below the provider's floor.</summary>
    PriceBelowFloor = 8,

    /// <summary>The channel's tolerance is above the provider's limit.</summary>
    ToleranceAboveLimit = 9,

    /// <summary>The provider takes no new channels while it drains.</summary>
    Draining = 10,

    /// <summary>The time to confirm the channel has passed.</summary>
    ConfirmTimePassed = 11,

    /// <summary>The outbox takes nothing more at present; ask again later.</summary>
    OutboxFull = 12,

    /// <summary>The channel's capacity is outside what the provider offers.</summary>
    CapacityOutsideOffer = 13,

    /// <summary>The channel's capacity is above what the provider serves on one channel.</summary>
    AboveChannelCap = 14,

    /// <summary>What the provider may still serve this month, less what it has promised to its channels, is below the channel's capacity.</summary>
    MonthlyCapReached = 15,

    /// <summary>The provider is not there to be asked.</summary>
    ProviderAway = 16,

    /// <summary>As many channels as may be accepted at a time wait to be opened; open without an acceptance, or ask again later.</summary>
    TooManyAcceptances = 17,

    /// <summary>The consumer's account does not hold the deposit.</summary>
    DepositMissing = 18,

    /// <summary>One of the two parties has blacklisted the other.</summary>
    Blacklisted = 19,

    /// <summary>The channel's deposit is below the least for which this operator pays gas (<c>Grains:LeastDeposit</c>).</summary>
    DepositTooSmall = 20,
}
