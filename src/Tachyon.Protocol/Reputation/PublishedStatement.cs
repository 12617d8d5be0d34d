using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;

namespace Tachyon.Protocol.Reputation;

/// <summary>
/// An admitted statement as it is broadcast: with all that a node needs to check it again, except that the channel has paid or
/// settled something, for which it asks its own RPC endpoint.
/// </summary>
/// <param name="Sequence">Its place in the operator's log, from 1 without gaps.</param>
/// <param name="Signed">The statement or the revocation.</param>
/// <param name="Terms">Of the channel, with the opening capacity.</param>
/// <param name="Evidence">The contradiction that the statement names; null for none.</param>
public sealed record PublishedStatement(ulong Sequence, SignedBlacklisting Signed, Terms Terms, Contradiction? Evidence);
