using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// To a consumer: the proxy promises the exit nothing more on this lock at present. Where the lock itself goes on, the same
/// <see cref="RouteRequest"/> again goes on with it through a pool that is sound.
/// </summary>
/// <param name="LockId">The lock.</param>
/// <param name="Reason">Why; <see cref="RefusalReason.WrongPhase"/> where the lock closes.</param>
/// <param name="Text">For a person: what to do.</param>
public sealed record RouteEnded(ChannelId LockId, RefusalReason Reason, string Text) : GatewayPush
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.RouteEnded;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(LockId);
        writer.U8((byte)Reason);
        writer.CutText(Text, GatewayLimits.MaxTextBytes);
    }

    internal static RouteEnded? Read(ref GatewayReader reader)
    {
        var lockId = reader.ChannelId();
        var reason = reader.Enum<RefusalReason>();
        var text = reader.Text(GatewayLimits.MaxTextBytes);
        return reader.Failed ? null : new RouteEnded(lockId, reason, text);
    }
}
