namespace Tachyon.Grains.Providers;

/// <summary>What a channel means for its provider's slots.</summary>
[GenerateSerializer, Alias("tachyon.SlotState")]
internal enum SlotState
{
    /// <summary>Invalid.</summary>
    None = 0,

    /// <summary>Opened by a consumer; holds no slot.</summary>
    Offered = 1,

    /// <summary>A confirm is on its way; holds a slot here, not yet on chain.</summary>
    Reserved = 2,

    /// <summary>Confirmed on chain, and not settled yet; holds a slot.</summary>
    Taken = 3,

    /// <summary>An acceptance may be out with which the consumer can open straight to active; holds a slot here, not yet on chain.</summary>
    Accepted = 4,
}
