using Orleans.Concurrency;

namespace Tachyon.Grains;

/// <summary>
/// The nodes that this operator serves no more: its silos neither match them nor relay confirms or acceptances between them and others.
/// It is no statement of the protocol, which only a party of a channel can make, and nobody else hears of it.
/// </summary>
[Alias("tachyon.IOperatorBlacklistGrain")]
public interface IOperatorBlacklistGrain : IGrainWithIntegerKey
{
    /// <summary>Puts a node on the list or takes it off; durable when it answers. False when the list is full.</summary>
    [Alias("Set")]
    Task<bool> Set(Address node, bool listed);

    /// <summary>The list, in the order in which nodes were put on it.</summary>
    [AlwaysInterleave]
    [Alias("List")]
    Task<BlacklistedNode[]> List();
}
