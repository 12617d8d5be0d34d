using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A node's own statement about the other party of a channel, or its revocation. Answered by <see cref="Accepted"/> once it is
/// durable and on its way to every edge, or <see cref="Refused"/>. Publishing the same again changes nothing.
/// </summary>
/// <param name="Signed">The statement; its issuer is the sender.</param>
/// <param name="Evidence">The contradiction that the statement names; null for none.</param>
public sealed record PublishStatement(SignedBlacklisting Signed, Contradiction? Evidence) : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.PublishStatement;

    internal override int SizeHint => 768;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Statement(Signed);
        writer.Contradiction(Evidence);
    }

    internal static PublishStatement? Read(ref GatewayReader reader)
    {
        var signed = reader.Statement();
        var evidence = reader.Contradiction();
        return reader.Failed ? null : new PublishStatement(signed, evidence);
    }
}
