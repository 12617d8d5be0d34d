using Tachyon.Protocol.Channels;

namespace Tachyon.Protocol.Gateway;

/// <summary>The closure is durable at the silo.</summary>
/// <param name="Complete">True when both signatures are there and the cooperative close is on its way to the chain.</param>
/// <param name="Counterpart">The other side's newest signed closure, whatever its content; null if the silo knows none.</param>
public sealed record CloseTaken(bool Complete, SignedClosure? Counterpart) : GatewayReply
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.CloseTaken;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Flag(Complete);
        writer.Flag(Counterpart is not null);
        if (Counterpart is not null)
        {
            writer.SignedClosure(Counterpart);
        }
    }

    internal static CloseTaken? Read(ref GatewayReader reader)
    {
        var complete = reader.Flag();
        var counterpart = reader.Flag() ? reader.SignedClosure() : null;
        return reader.Failed ? null : new CloseTaken(complete, counterpart);
    }
}
