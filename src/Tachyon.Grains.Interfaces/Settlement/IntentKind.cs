namespace Tachyon.Grains;

/// <summary>What an operation does on chain.</summary>
[GenerateSerializer, Alias("tachyon.IntentKind")]
public enum IntentKind
{
    /// <summary>None; never enqueued.</summary>
    None = 0,

    /// <summary>confirmFor, with the provider's signature.</summary>
    Confirm = 1,

    /// <summary>declineFor, with the provider's signature.</summary>
    Decline = 2,

    /// <summary>cooperativeClose, with both signatures.</summary>
    CooperativeClose = 3,

    /// <summary>startCloseFor, with a party's signature and the newest evidence.</summary>
    StartClose = 4,

    /// <summary>challenge, with higher evidence.</summary>
    Challenge = 5,

    /// <summary>settle, from the deadline on.</summary>
    Settle = 6,

    /// <summary>claim, with a consumer unit.</summary>
    Claim = 7,

    /// <summary>withdrawUnconfirmed, after the time to confirm.</summary>
    WithdrawUnconfirmed = 8,

    /// <summary>open, or openAccepted with the provider's acceptance: a channel of the operator's own, as its consumer.</summary>
    Open = 9,

    /// <summary>topUp of a channel of the operator's own.</summary>
    TopUp = 10,

    /// <summary>approve: lets the contract take what channels of the operator's own need.</summary>
    Approve = 11,
}
