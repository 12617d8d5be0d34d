using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A consumer asks the proxy to be the first to sign a closure of its lock, at less than the route step that the consumer's units
/// lead to. It binds the consumer to nothing, and the proxy to what it signs. Answered by <see cref="CloseTaken"/> with the proxy's
/// closure (an earlier one, where it signed one), or by <see cref="Refused"/>: <see cref="RefusalReason.BelowPromised"/> where more is
/// promised to exits, after which the route goes on as if nobody had asked.
/// </summary>
/// <param name="LockId">The lock; the sender is its consumer.</param>
/// <param name="BytesUsed">The count to close at: a route step, or the whole capacity.</param>
public sealed record ClosureRequest(ChannelId LockId, ulong BytesUsed) : GatewayRequest<CloseTaken>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.ClosureRequest;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(LockId);
        writer.U64(BytesUsed);
    }

    internal static ClosureRequest? Read(ref GatewayReader reader)
    {
        var lockId = reader.ChannelId();
        var bytesUsed = reader.U64();
        return reader.Failed ? null : new ClosureRequest(lockId, bytesUsed);
    }
}
