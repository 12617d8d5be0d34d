namespace Tachyon.Grains;

/// <summary>Where a channel stands (protocol, Terms, channel id, life).</summary>
[GenerateSerializer, Alias("tachyon.ChannelPhase")]
public enum ChannelPhase
{
    /// <summary>Not seen on chain at the configured finality.</summary>
    None = 0,

    /// <summary>Opened and paid for; waits for the provider to confirm or decline.</summary>
    Opened = 1,

    /// <summary>Confirmed; units count.</summary>
    Active = 2,

    /// <summary>A party closes alone; higher units are still taken until it is settled.</summary>
    Closing = 3,

    /// <summary>Paid out; the provider's slot is free.</summary>
    Settled = 4,

    /// <summary>The provider declined; the deposit went back.</summary>
    Declined = 5,

    /// <summary>Nobody confirmed in time; the deposit went back.</summary>
    Expired = 6,
}
