namespace Tachyon.Protocol.Gateway;

/// <summary>What a transaction that the silo sends does to a channel. The numbers are part of the protocol.</summary>
public enum SettlementOperation : byte
{
    /// <summary>Not an operation.</summary>
    None = 0,

    /// <summary>The provider's confirmation of an opened channel.</summary>
    Confirm = 1,

    /// <summary>The provider's refusal of an opened channel.</summary>
    Decline = 2,

    /// <summary>The deposit of a channel that nobody confirmed goes back.</summary>
    WithdrawUnconfirmed = 3,

    /// <summary>A payment on account of a consumer unit; the channel goes on.</summary>
    Claim = 4,

    /// <summary>The end that both signed.</summary>
    CooperativeClose = 5,

    /// <summary>One side's close; the challenge period begins.</summary>
    StartClose = 6,

    /// <summary>Higher evidence shown on a closing channel.</summary>
    Challenge = 7,

    /// <summary>The end of a closing channel after its challenge period.</summary>
    Settle = 8,

    /// <summary>The opening of a channel by the operator, as a proxy that pays an exit.</summary>
    Open = 9,

    /// <summary>A higher capacity of such a channel.</summary>
    TopUp = 10,

    /// <summary>The contract may take what such channels need.</summary>
    Approve = 11,
}
