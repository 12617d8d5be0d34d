namespace Tachyon.Protocol.Gateway;

/// <summary>Why a gateway did not do what a well-formed request asked. The numbers are part of the protocol.</summary>
public enum RefusalReason : byte
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    /// <summary>The caller is no party of that channel, or not the one who may ask this.</summary>
    NotYours = 1,

    /// <summary>The chain has shown no such channel to the silo at its finality. Ask again later.</summary>
    UnknownChannel = 2,

    /// <summary>The channel's phase does not allow it.</summary>
    WrongPhase = 3,

    /// <summary>The terms give another channel id, or a unit names other parties than the terms.</summary>
    OtherChannel = 4,

    /// <summary>A signature is malformed, or not that of the party it is shown for.</summary>
    WrongSigner = 5,

    /// <summary>A unit contradicts one that is already kept: one index with two contents, or a higher index with fewer bytes.</summary>
    Contradiction = 6,

    /// <summary>More bytes than the channel's capacity.</summary>
    AboveCapacity = 7,

    /// <summary>Fewer bytes than claims on chain have already paid for.</summary>
    BelowPaid = 8,

    /// <summary>Not in whole KB.</summary>
    NotWholeKB = 9,

    /// <summary>A unit's index is 0; they count from 1.</summary>
    IndexZero = 10,

    /// <summary>A unit's timestamp is more than 60 s ahead of the silo's clock.</summary>
    TimestampAhead = 11,

    /// <summary>Its validUntil has passed, or leaves no time to be included.</summary>
    Expired = 12,

    /// <summary>Its validUntil is more than 86,400 s ahead.</summary>
    TooFarAhead = 13,

    /// <summary>The time to confirm the channel has passed.</summary>
    ConfirmTimePassed = 14,

    /// <summary>All of the provider's slots are taken or promised.</summary>
    SlotsFull = 15,

    /// <summary>The channel's price is below the provider's offer.</summary>
    PriceBelowOffer = 16,

    /// <summary>The channel's tolerance is above the provider's limit.</summary>
    ToleranceAboveLimit = 17,

    /// <summary>The channel's capacity is outside what the provider offers.</summary>
    CapacityOutsideOffer = 18,

    /// <summary>The provider takes no new channels while it drains.</summary>
    Draining = 19,

    /// <summary>The provider has announced nothing yet, or its announcement has lapsed: announce first.</summary>
    NotAnnounced = 20,

    /// <summary>The offer breaks a rule of the protocol; the text says which.</summary>
    BadOffer = 21,

    /// <summary>The silo's outbox takes nothing more at present. Ask again later.</summary>
    OutboxFull = 22,

    /// <summary>One of the two parties has blacklisted the other.</summary>
    Blacklisted = 23,

    /// <summary>The caller, or its address, named too many channels that the silo does not know. Ask again later.</summary>
    TooManyUnknown = 24,

    /// <summary>The channel's capacity is above what the provider serves on one channel.</summary>
    AboveChannelCap = 25,

    /// <summary>The provider's monthly cap leaves less than the channel's capacity.</summary>
    MonthlyCapReached = 26,

    /// <summary>The provider is not there, or did not answer in time.</summary>
    ProviderAway = 27,

    /// <summary>As many acceptances as may be out at a time wait to be used.</summary>
    TooManyAcceptances = 28,

    /// <summary>The consumer's account does not hold the deposit.</summary>
    DepositMissing = 29,

    /// <summary>The directory lists as many providers as it can hold. Try again later.</summary>
    DirectoryFull = 30,

    /// <summary>The closure takes back what its signer promised by an earlier one, or another is signed by both and being carried out.</summary>
    OtherClosureSigned = 31,

    /// <summary>The channel's deposit is below the least for which the operator sends transactions; a party sends its own.</summary>
    DepositTooSmall = 32,

    /// <summary>The channel has paid and settled nothing, so a statement about its other party is not admitted.</summary>
    NothingPaid = 48,

    /// <summary>The statement is not in order: an unknown reason, or a time too far ahead.</summary>
    BadStatement = 49,

    /// <summary>The evidence is not what the statement names, or proves nothing against its subject.</summary>
    BadEvidence = 50,

    /// <summary>A newer statement of the same issuer about the same subject stands; sign one with a later time.</summary>
    OlderStatement = 51,

    /// <summary>The issuer published as many statements as it may: of this channel, in a day, or at all.</summary>
    TooManyStatements = 52,

    /// <summary>The gateway's operator is no proxy, or takes no more locks: ask another one.</summary>
    NoProxy = 64,

    /// <summary>No such exit is known, or none that fits what was asked for.</summary>
    UnknownExit = 65,

    /// <summary>The exit has no slot left for the proxy's channel to it.</summary>
    ExitWithoutSlots = 66,

    /// <summary>The proxy's account does not hold what its channel to the exit would take.</summary>
    LackOfFunds = 67,

    /// <summary>The exit costs more than the consumer, or the proxy, would pay.</summary>
    PriceAboveLimit = 68,

    /// <summary>No route of the pool has this tag (any more).</summary>
    UnknownTag = 69,

    /// <summary>An exit counted more than it was let.</summary>
    AboveCredit = 70,

    /// <summary>The exit's channel with the proxy ended, or the exit disputes it: ask for the route anew.</summary>
    PoolEnded = 71,

    /// <summary>The salt names a lock of another route; ask with another salt.</summary>
    SaltUsed = 72,

    /// <summary>The operator has as many routes as it takes. Ask again later.</summary>
    ProxyBusy = 73,

    /// <summary>A lock's closure states less than the proxy has promised to exits for it.</summary>
    BelowPromised = 74,

    /// <summary>A lock's closure states neither a multiple of the route step nor the whole capacity.</summary>
    NotARouteStep = 75,
}
