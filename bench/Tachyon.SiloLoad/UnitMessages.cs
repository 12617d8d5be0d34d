using System.Buffers.Binary;
using Tachyon.Protocol.Gateway;

namespace Tachyon.SiloLoad;

/// <summary>
/// Builds and reads the messages of the load from and to plain bytes. The driver shares the machine with the silo that
/// it measures, so it does not spend objects on units; <see cref="Check"/> holds it to the real codec.
/// </summary>
internal static class UnitMessages
{
    private const int EnvelopeLength = 6;
    private const int ChannelHeaderLength = 73;
    private const int AckLength = 65;
    private const byte BothSides = 3;

    /// <summary>Bytes of a request with so many pairs of units.</summary>
    public static int RequestLength(int pairs) => EnvelopeLength + (pairs * (ChannelHeaderLength + UnitBook.PairLength));

    /// <summary>Writes a request that carries, for each of the channels, its pairs from its next step on.</summary>
    /// <param name="requestId">Ties the reply to it.</param>
    /// <param name="fleet">The channels' parties.</param>
    /// <param name="units">What to send.</param>
    /// <param name="channels">The sender's channels.</param>
    /// <param name="firstStep">The first step to send, of each channel.</param>
    /// <param name="steps">How many steps of each channel.</param>
    /// <param name="destination">At least <see cref="RequestLength"/> bytes.</param>
    public static int WriteRequest(
        uint requestId, Fleet fleet, UnitBook units, ReadOnlySpan<int> channels, int firstStep, int steps, Span<byte> destination)
    {
        destination[0] = (byte)GatewayMessageKind.SubmitUnits;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], requestId);
        destination[5] = checked((byte)(channels.Length * steps));
        var at = EnvelopeLength;
        foreach (var channel in channels)
        {
            var pairs = units.Pairs(channel, firstStep, steps);
            for (var step = 0; step < steps; step++)
            {
                fleet.Ids[channel].CopyTo(destination[at..]);
                fleet.Consumer.CopyTo(destination[(at + 32)..]);
                fleet.Terms[channel].Provider.CopyTo(destination[(at + 52)..]);
                destination[at + 72] = BothSides;
                pairs.Slice(step * UnitBook.PairLength, UnitBook.PairLength).CopyTo(destination[(at + ChannelHeaderLength)..]);
                at += ChannelHeaderLength + UnitBook.PairLength;
            }
        }

        return at;
    }

    /// <summary>The request that a message answers; null for what is no acknowledgement, such as a push.</summary>
    /// <exception cref="LoadFailure">The silo reports an error.</exception>
    public static uint? RequestOf(ReadOnlySpan<byte> message)
    {
        if (message[0] == (byte)GatewayMessageKind.UnitsAck)
        {
            return BinaryPrimitives.ReadUInt32BigEndian(message[1..]);
        }

        return GatewayCodec.TryDecode(message, out var envelope, out _) == GatewayDecodeFault.None && envelope!.Message is not (GatewayError or Refused)
            ? null
            : throw new LoadFailure($"the silo answered {envelope?.Message}");
    }

    /// <summary>Makes sure that an acknowledgement covers every pair that was sent.</summary>
    /// <exception cref="LoadFailure">Something was refused or is not durable.</exception>
    public static void CheckAck(ReadOnlySpan<byte> message, int channels, int firstStep, int steps)
    {
        var acks = message[EnvelopeLength..];
        for (var i = 0; i < channels * steps; i++)
        {
            var ack = acks.Slice(i * AckLength, AckLength);
            var sent = (ulong)(firstStep + (i % steps) + 1);
            if (ack[32] != 0 || BinaryPrimitives.ReadUInt64BigEndian(ack[33..]) < sent || BinaryPrimitives.ReadUInt64BigEndian(ack[49..]) < sent)
            {
                throw new LoadFailure(
                    $"unit {sent} was answered with {(RefusalReason)ack[32]}, durable {BinaryPrimitives.ReadUInt64BigEndian(ack[33..])} and {BinaryPrimitives.ReadUInt64BigEndian(ack[49..])}");
            }
        }
    }

    /// <summary>Compares a message with what the real codec reads from it and writes again.</summary>
    /// <exception cref="LoadFailure">They differ.</exception>
    public static void Check(Fleet fleet, UnitBook units)
    {
        var message = new byte[RequestLength(2)];
        WriteRequest(1, fleet, units, [0], 0, 2, message);
        if (GatewayCodec.TryDecode(message, out var envelope, out _) != GatewayDecodeFault.None
            || !GatewayCodec.Encode(1, envelope!.Message).AsSpan().SequenceEqual(message))
        {
            throw new LoadFailure("the driver's messages are not those of the gateway protocol.");
        }
    }
}
