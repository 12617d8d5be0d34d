using Tachyon.EdgeTunnel.Journal;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Gets both sides' signatures on a closure, over the tunnel.</summary>
internal interface IClosureSigning
{
    /// <summary>
    /// Ends the channel's session, or makes one for this alone, and exchanges closures. On return the journal holds both
    /// signatures, or the answer says why not.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="isAsked">Whether this node's owner asked for it, who may pay for what was not used; what a peer or a gateway says costs no more than a checkpoint of that.</param>
    /// <param name="cancellationToken">Gives up; what is signed stays.</param>
    Task<string> SignAsync(ChannelRecord channel, bool isAsked, CancellationToken cancellationToken);

    /// <summary>Bytes of the channel that this side has counted. Units may be signed ahead of it.</summary>
    ulong CountedBytes(ChannelRecord channel);
}
