using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>Follows the logs of one deployed channel contract from a durable cursor, and tells the channels concerned.</summary>
[Alias("tachyon.IChainFeedGrain")]
public interface IChainFeedGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the feed runs; returns at once. Each silo calls it now and then, so that any survivor revives it.</summary>
    [AlwaysInterleave]
    [Alias("EnsureRunning")]
    Task EnsureRunning();

    /// <summary>Asks for a look at the chain now rather than at the next poll; returns at once.</summary>
    [AlwaysInterleave]
    [OneWay]
    [Alias("Wake")]
    Task Wake();

    /// <summary>How far the feed is.</summary>
    [AlwaysInterleave]
    [Alias("Status")]
    Task<ChainFeedStatus> Status();
}
