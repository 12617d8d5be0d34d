namespace Tachyon.Grains;

/// <summary>The kinds of logs that move a channel.</summary>
[GenerateSerializer, Alias("tachyon.ChannelChainEventKind")]
public enum ChannelChainEventKind
{
    /// <summary>No event; never sent.</summary>
    None = 0,

    /// <summary>A consumer opened the channel; straight to active when the provider had accepted before.</summary>
    Opened = 1,

    /// <summary>The provider confirmed it.</summary>
    Confirmed = 2,

    /// <summary>The provider declined it.</summary>
    Declined = 3,

    /// <summary>It was withdrawn unconfirmed.</summary>
    Expired = 4,

    /// <summary>The consumer raised the capacity.</summary>
    ToppedUp = 5,

    /// <summary>A consumer unit was paid.</summary>
    Claimed = 6,

    /// <summary>A party started to close alone.</summary>
    Closing = 7,

    /// <summary>Higher evidence was shown.</summary>
    Challenged = 8,

    /// <summary>The channel ended by the units shown.</summary>
    Settled = 9,

    /// <summary>The channel ended by both signatures on one count.</summary>
    Closed = 10,
}
