namespace Tachyon.Grains.Storage;

/// <summary>
/// Reads the records of one kind of grain from where they are stored, a page at a time, without waking a grain. What a grain
/// writes meanwhile may or may not show.
/// </summary>
public interface IGrainRecordPages
{
    /// <summary>The next records.</summary>
    /// <param name="grainType">The type of the grains, as it begins their ids.</param>
    /// <param name="stateName">The name of the state.</param>
    /// <param name="cursor">Where the page before said to go on; null for the first. What no page gave is no error, and leads anywhere.</param>
    /// <param name="count">About how many records to look at, 1 to 10,000.</param>
    Task<GrainRecordPage<T>> ReadAsync<T>(string grainType, string stateName, string? cursor, int count);
}

/// <summary>Some records.</summary>
/// <param name="Records">The keys of the grains, and their states. Where the order of the storage says nothing, one may come twice.</param>
/// <param name="Next">Where to go on; null when these were the last.</param>
public sealed record GrainRecordPage<T>(IReadOnlyList<(string Key, T Record)> Records, string? Next);
