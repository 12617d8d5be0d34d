using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Gateway;

/// <summary>To an exit: these routes of a pool are over. It serves no more on them, says its last counts, and forgets them.</summary>
public sealed record RoutesEnded : GatewayPush
{
    /// <summary>Routes that are over.</summary>
    /// <param name="poolId">The pool.</param>
    /// <param name="tags">1 to <see cref="GatewayLimits.MaxRoutesPerMessage"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">None, or too many.</exception>
    public RoutesEnded(ChannelId poolId, IReadOnlyList<Bytes32> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        ArgumentOutOfRangeException.ThrowIfZero(tags.Count, nameof(tags));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tags.Count, GatewayLimits.MaxRoutesPerMessage, nameof(tags));
        PoolId = poolId;
        Tags = tags;
    }

    /// <summary>The pool.</summary>
    public ChannelId PoolId { get; }

    /// <summary>The tags of the routes.</summary>
    public IReadOnlyList<Bytes32> Tags { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.RoutesEnded;

    internal override int SizeHint => 64 + (Tags.Count * Bytes32.Length);

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(PoolId);
        writer.U8((byte)Tags.Count);
        foreach (var tag in Tags)
        {
            writer.Bytes32(tag);
        }
    }

    internal static RoutesEnded? Read(ref GatewayReader reader)
    {
        var poolId = reader.ChannelId();
        var count = reader.Count(1, GatewayLimits.MaxRoutesPerMessage);
        var tags = new List<Bytes32>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            tags.Add(reader.Bytes32());
        }

        return reader.Failed ? null : new RoutesEnded(poolId, tags);
    }
}
