namespace Tachyon.Chain;

/// <summary>Where a channel stands on chain; the numbers are the contract's.</summary>
public enum ChannelStatus
{
    /// <summary>Never opened.</summary>
    None = 0,

    /// <summary>The deposit is in escrow; the provider may confirm, decline or let it expire.</summary>
    Opened = 1,

    /// <summary>Confirmed: units can be claimed.</summary>
    Active = 2,

    /// <summary>The challenge period runs, or is over and nobody has settled.</summary>
    Closing = 3,

    /// <summary>Paid out; final.</summary>
    Settled = 4,

    /// <summary>The provider declined; the deposit went back; final.</summary>
    Declined = 5,

    /// <summary>Not confirmed in time; the deposit went back; final.</summary>
    Expired = 6,
}
