namespace Tachyon.Protocol.Gateway;

/// <summary>The answer to <see cref="SubmitUnits"/>: what is durable now, channel by channel, in the order of the request.</summary>
public sealed record UnitsAck : GatewayReply
{
    /// <summary>1 to <see cref="GatewayLimits.MaxUnitsPerBatch"/> channels.</summary>
    /// <exception cref="ArgumentOutOfRangeException">None, or too many.</exception>
    public UnitsAck(IReadOnlyList<ChannelUnitsAck> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentOutOfRangeException.ThrowIfZero(channels.Count, nameof(channels));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels.Count, GatewayLimits.MaxUnitsPerBatch, nameof(channels));
        Channels = channels;
    }

    /// <summary>One entry per channel of the request.</summary>
    public IReadOnlyList<ChannelUnitsAck> Channels { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.UnitsAck;

    internal override int SizeHint => 1 + (Channels.Count * ChannelUnitsAck.Length);

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U8((byte)Channels.Count);
        foreach (var ack in Channels)
        {
            ack.Write(writer);
        }
    }

    internal static UnitsAck? Read(ref GatewayReader reader)
    {
        var count = reader.Count(1, GatewayLimits.MaxUnitsPerBatch);
        var channels = new List<ChannelUnitsAck>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (ChannelUnitsAck.Read(ref reader) is { } ack)
            {
                channels.Add(ack);
            }
        }

        return reader.Failed ? null : new UnitsAck(channels);
    }
}
