namespace Tachyon.Protocol.Gateway;

/// <summary>
/// Units to be kept, of any of the caller's channels. Answered by <see cref="UnitsAck"/> after all of them that could be
/// taken are durable, with one entry per channel and in the same order.
/// </summary>
public sealed record SubmitUnits : GatewayRequest<UnitsAck>
{
    /// <summary>1 to <see cref="GatewayLimits.MaxUnitsPerBatch"/> channels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">None, or too many.</exception>
    public SubmitUnits(IReadOnlyList<ChannelUnits> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentOutOfRangeException.ThrowIfZero(channels.Count, nameof(channels));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels.Count, GatewayLimits.MaxUnitsPerBatch, nameof(channels));
        Channels = channels;
    }

    /// <summary>The newest units of each channel.</summary>
    public IReadOnlyList<ChannelUnits> Channels { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.SubmitUnits;

    internal override int SizeHint => 1 + (Channels.Count * ChannelUnits.MaxLength);

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U8((byte)Channels.Count);
        foreach (var units in Channels)
        {
            units.Write(writer);
        }
    }

    internal static SubmitUnits? Read(ref GatewayReader reader)
    {
        var count = reader.Count(1, GatewayLimits.MaxUnitsPerBatch);
        var channels = new List<ChannelUnits>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (ChannelUnits.Read(ref reader) is { } units)
            {
                channels.Add(units);
            }
        }

        return reader.Failed ? null : new SubmitUnits(channels);
    }
}
