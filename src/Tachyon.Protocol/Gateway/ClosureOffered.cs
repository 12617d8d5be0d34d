using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>The other party signed a closure that waits for this edge's signature.</summary>
/// <param name="Signer">The party that signed.</param>
/// <param name="Closure">The closure with that signature. The edge checks it before it believes it.</param>
public sealed record ClosureOffered(Address Signer, SignedClosure Closure) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.ClosureOffered;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Address(Signer);
        writer.SignedClosure(Closure);
    }

    internal static ClosureOffered? Read(ref GatewayReader reader)
    {
        var signer = reader.Address();
        var closure = reader.SignedClosure();
        return reader.Failed ? null : new ClosureOffered(signer, closure!);
    }
}
