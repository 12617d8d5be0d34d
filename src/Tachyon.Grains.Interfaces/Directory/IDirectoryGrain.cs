namespace Tachyon.Grains;

/// <summary>
/// One shard of the ID space: the live providers whose IDs begin with the shard's prefix. Memory only; after a
/// fail-over the next heartbeats fill it again.
/// </summary>
[Alias("tachyon.IDirectoryGrain")]
public interface IDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Lists or renews a provider until <see cref="DirectoryEntry.LiveUntilMs"/>. In a full shard it takes the place of one that is not
    /// established and comes from the network with the most of those, if it is established itself or from a network with
    /// fewer. False when there is no such place.
    /// </summary>
    [Alias("Register")]
    Task<bool> Register(DirectoryEntry entry);

    /// <summary>Takes a provider off the list.</summary>
    [Alias("Remove")]
    Task Remove(Address provider);

    /// <summary>This shard's providers that pass the filters, closest to the target first.</summary>
    [Alias("Closest")]
    Task<DirectoryEntry[]> Closest(DirectoryQuery query);

    /// <summary>How many live providers the shard lists.</summary>
    [Alias("Count")]
    Task<int> Count();

    /// <summary>The same, with their slots.</summary>
    [Alias("Totals")]
    Task<DirectoryTotals> Totals();
}
