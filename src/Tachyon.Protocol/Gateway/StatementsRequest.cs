using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// Asks for the statements that were admitted after one that the edge has. Answered by <see cref="StatementsReply"/>; an edge
/// that was away asks again from there until it has them all.
/// </summary>
/// <param name="Log">The log that <paramref name="After"/> counts in; zero when the edge knows none.</param>
/// <param name="After">The sequence of the last statement that the edge has; 0 for none. In another log than the operator's it means nothing.</param>
public sealed record StatementsRequest(Bytes32 Log, ulong After) : GatewayRequest<StatementsReply>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.StatementsRequest;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Bytes32(Log);
        writer.U64(After);
    }

    internal static StatementsRequest? Read(ref GatewayReader reader)
    {
        var log = reader.Bytes32();
        var after = reader.U64();
        return reader.Failed ? null : new StatementsRequest(log, after);
    }
}
