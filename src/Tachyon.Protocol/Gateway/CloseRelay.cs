using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A cooperative close: the caller's signature on a closure, and the other side's where the caller has it. With both the
/// silo sends it to the chain; with one it keeps it and offers it to the other side. Answered by <see cref="CloseTaken"/>
/// or <see cref="Refused"/>.
/// </summary>
/// <param name="Closure">What both agree on.</param>
/// <param name="OwnSignature">The caller's.</param>
/// <param name="PeerSignature">The other party's on the same closure, or null.</param>
public sealed record CloseRelay(Closure Closure, Signature OwnSignature, Signature? PeerSignature) : GatewayRequest<CloseTaken>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.CloseRelay;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Closure(Closure);
        writer.Signature(OwnSignature);
        writer.Flag(PeerSignature is not null);
        if (PeerSignature is { } peer)
        {
            writer.Signature(peer);
        }
    }

    internal static CloseRelay? Read(ref GatewayReader reader)
    {
        var closure = reader.Closure();
        var own = reader.Signature();
        Signature? peer = reader.Flag() ? reader.Signature() : null;
        return reader.Failed ? null : new CloseRelay(closure!, own, peer);
    }
}
