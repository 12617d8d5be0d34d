using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// An exit is there to serve a pool: the channel whose consumer is the gateway's operator. Answered by <see cref="Accepted"/>,
/// after which (or before, as pushes do) come the proxy's newest unit and the credits of all routes, and then whatever is new,
/// for as long as the connection lasts. Asked anew after each reconnection.
/// </summary>
/// <param name="PoolId">The pool; the sender is its provider.</param>
public sealed record PoolAttach(ChannelId PoolId) : GatewayRequest<Accepted>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.PoolAttach;

    internal override void WriteBody(GatewayWriter writer) => writer.ChannelId(PoolId);

    internal static PoolAttach? Read(ref GatewayReader reader)
    {
        var poolId = reader.ChannelId();
        return reader.Failed ? null : new PoolAttach(poolId);
    }
}
