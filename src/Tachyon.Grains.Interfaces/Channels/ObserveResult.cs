namespace Tachyon.Grains;

/// <summary>What a channel made of events from the chain.</summary>
[GenerateSerializer, Alias("tachyon.ObserveResult")]
public enum ObserveResult
{
    /// <summary>No answer; never sent.</summary>
    None = 0,

    /// <summary>All of it is applied and durable.</summary>
    Applied = 1,

    /// <summary>Something that must have come before is missing: nothing changed; send the channel's whole history.</summary>
    HistoryNeeded = 2,
}
