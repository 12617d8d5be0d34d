namespace Tachyon.Protocol.Gateway;

/// <summary>What became of a <see cref="RouteReport"/>: what was taken is durable.</summary>
public sealed record RouteReportAck : GatewayReply
{
    /// <summary>The answer.</summary>
    /// <param name="unit">Why the unit was not taken; <see cref="RefusalReason.None"/> where it was, is known, or none was sent.</param>
    /// <param name="counts">The same of each count, in the order of the report.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too many counts.</exception>
    public RouteReportAck(RefusalReason unit, IReadOnlyList<RefusalReason> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(counts.Count, GatewayLimits.MaxRoutesPerMessage, nameof(counts));
        Unit = unit;
        Counts = counts;
    }

    /// <summary>Why the unit was not taken.</summary>
    public RefusalReason Unit { get; }

    /// <summary>Why each count was not taken. <see cref="RefusalReason.UnknownTag"/>: the route is over, forget it.</summary>
    public IReadOnlyList<RefusalReason> Counts { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.RouteReportAck;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U8((byte)Unit);
        writer.U8((byte)Counts.Count);
        foreach (var reason in Counts)
        {
            writer.U8((byte)reason);
        }
    }

    internal static RouteReportAck? Read(ref GatewayReader reader)
    {
        var unit = reader.EnumOrNone<RefusalReason>();
        var number = reader.Count(0, GatewayLimits.MaxRoutesPerMessage);
        var counts = new List<RefusalReason>(number);
        for (var i = 0; i < number && !reader.Failed; i++)
        {
            counts.Add(reader.EnumOrNone<RefusalReason>());
        }

        return reader.Failed ? null : new RouteReportAck(unit, counts);
    }
}
