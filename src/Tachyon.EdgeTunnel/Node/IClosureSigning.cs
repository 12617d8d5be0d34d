using Tachyon.EdgeTunnel.Journal;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Gets both sides' signatures on a closure, over the tunnel.</summary>
internal interface IClosureSigning
{
    /// <summary>
    /// Ends the channel's session, or makes one for this alone, and exchanges closures. On return the journal holds both
    /// signatures, or the answer says why not.
    /// </summary>
    Task<string> SignAsync(ChannelRecord channel, CancellationToken cancellationToken);

    /// <summary>Bytes of the channel that this side has counted. Units may be signed ahead of it.</summary>
    ulong CountedBytes(ChannelRecord channel);
}
