namespace Tachyon.Grains;

/// <summary>Why a provider is not listed.</summary>
[GenerateSerializer, Alias("tachyon.AnnounceRefusal")]
public enum AnnounceRefusal
{
    /// <summary>It is listed.</summary>
    None = 0,

    /// <summary>The endpoint is not host:port, or longer than 255 characters.</summary>
    BadEndpoint = 1,

    /// <summary>The price is zero or does not fit the contract's 96 bits.</summary>
    BadPrice = 2,

    /// <summary>The tolerance is above 100 %.</summary>
    BadTolerance = 3,

    /// <summary>The smallest capacity is above the largest, above a cap, or above what a channel can hold.</summary>
    BadCapacity = 4,

    /// <summary>A heartbeat came before any offer: announce first.</summary>
    NothingAnnounced = 5,

    /// <summary>The slots are not 1 to 5.</summary>
    BadSlots = 6,

    /// <summary>The directory lists as many providers as it can hold; try again later.</summary>
    DirectoryFull = 7,
}
