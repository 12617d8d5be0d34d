using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// What an exit has to say of a pool: its newest unit, which answers the proxy's, and its newest counts of routes. All of it
/// is cumulative, so only the newest travels, and again until it is answered. Answered by <see cref="RouteReportAck"/>, after
/// what was taken is durable. What it signs is durable at the exit before this leaves.
/// </summary>
public sealed record RouteReport : GatewayRequest<RouteReportAck>
{
    /// <summary>A unit, or at least one count.</summary>
    /// <param name="poolId">The pool; the sender is its provider.</param>
    /// <param name="unit">The exit's unit; null where it has nothing to answer.</param>
    /// <param name="counts">Signed counts of that pool; at most <see cref="GatewayLimits.MaxRoutesPerMessage"/>, each tag once.</param>
    /// <exception cref="ArgumentException">Neither a unit nor a count, or one of another channel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Too many counts.</exception>
    public RouteReport(ChannelId poolId, SignedUnit? unit, IReadOnlyList<SignedTagCount> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(counts.Count, GatewayLimits.MaxRoutesPerMessage, nameof(counts));
        if (unit is null && counts.Count == 0)
        {
            throw new ArgumentException("A report holds a unit, counts, or both.", nameof(counts));
        }

        if ((unit is not null && unit.Unit.ChannelId != poolId) || counts.Any(count => count.Count.ChannelId != poolId))
        {
            throw new ArgumentException($"A report on {poolId} holds what is of another channel.", nameof(counts));
        }

        PoolId = poolId;
        Unit = unit;
        Counts = counts;
    }

    /// <summary>The pool.</summary>
    public ChannelId PoolId { get; }

    /// <summary>The exit's newest unit on the pool, if it is sent.</summary>
    public SignedUnit? Unit { get; }

    /// <summary>The newest counts of routes.</summary>
    public IReadOnlyList<SignedTagCount> Counts { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.RouteReport;

    internal override int SizeHint => 256 + (Counts.Count * 121);

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.ChannelId(PoolId);
        writer.Flag(Unit is not null);
        if (Unit is not null)
        {
            new ChannelUnits(null, Unit).Write(writer);
        }

        writer.U8((byte)Counts.Count);
        foreach (var count in Counts)
        {
            writer.Bytes32(count.Count.Tag);
            writer.U64(count.Count.Index);
            writer.U64(count.Count.BytesUsed);
            writer.U64(count.Count.TimestampMs);
            writer.Signature(count.Signature);
        }
    }

    internal static RouteReport? Read(ref GatewayReader reader)
    {
        var poolId = reader.ChannelId();
        var unit = reader.Flag() ? ChannelUnits.ReadOne(ref reader, poolId, ofConsumer: false) : null;

        var number = reader.Count(unit is null ? 1 : 0, GatewayLimits.MaxRoutesPerMessage);
        var counts = new List<SignedTagCount>(number);
        for (var i = 0; i < number && !reader.Failed; i++)
        {
            var tag = reader.Bytes32();
            var index = reader.U64();
            var bytesUsed = reader.U64();
            var timestampMs = reader.U64();
            counts.Add(new SignedTagCount(new TagCount(poolId, tag, index, bytesUsed, timestampMs), reader.Signature()));
        }

        return reader.Failed ? null : new RouteReport(poolId, unit, counts);
    }
}
