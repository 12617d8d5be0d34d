using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Gateway;

/// <summary>Statements and their evidence as fields of messages.</summary>
internal static class StatementFields
{
    public static void Statement(this GatewayWriter writer, SignedBlacklisting signed)
    {
        var stated = signed.Statement;
        writer.Address(stated.Issuer);
        writer.Address(stated.Subject);
        writer.ChannelId(stated.ChannelId);
        writer.U8(stated.Reason);
        writer.U64(stated.TimestampMs);
        writer.Flag(stated.Revoked);
        writer.Bytes32(stated.Evidence);
        writer.Signature(signed.Signature);
    }

    public static SignedBlacklisting Statement(this ref GatewayReader reader)
    {
        var issuer = reader.Address();
        var subject = reader.Address();
        var channelId = reader.ChannelId();
        var reason = reader.U8();
        var timestampMs = reader.U64();
        var revoked = reader.Flag();
        var evidence = reader.Bytes32();
        var signature = reader.Signature();
        return new SignedBlacklisting(new Blacklisting(issuer, subject, channelId, reason, timestampMs, revoked, evidence), signature);
    }

    /// <summary>Behind a flag: the kind, then both units with all their fields, whatever the statement says.</summary>
    public static void Contradiction(this GatewayWriter writer, Contradiction? contradiction)
    {
        writer.Flag(contradiction is not null);
        if (contradiction is not null)
        {
            writer.U8((byte)contradiction.Kind);
            writer.Unit(contradiction.First);
            writer.Unit(contradiction.Second);
        }
    }

    public static Contradiction? Contradiction(this ref GatewayReader reader)
    {
        if (!reader.Flag())
        {
            return null;
        }

        var kind = reader.Enum<ContradictionKind>();
        var first = reader.Unit();
        var second = reader.Unit();
        return new Contradiction(kind, first, second);
    }

    public static void Published(this GatewayWriter writer, PublishedStatement published)
    {
        writer.U64(published.Sequence);
        writer.Statement(published.Signed);
        writer.Terms(published.Terms);
        writer.Contradiction(published.Evidence);
    }

    /// <summary>As many as the count says, at most <see cref="GatewayLimits.MaxStatements"/>, each one after the one before.</summary>
    public static List<PublishedStatement> PublishedList(this ref GatewayReader reader, int least)
    {
        var count = reader.Count(least, GatewayLimits.MaxStatements);
        var list = new List<PublishedStatement>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var sequence = reader.U64();
            var signed = reader.Statement();
            var terms = reader.Terms();
            var evidence = reader.Contradiction();
            if (reader.Failed)
            {
                break;
            }

            list.Add(new PublishedStatement(sequence, signed, terms!, evidence));
        }

        if (!reader.Failed && !AreInOrder(list))
        {
            reader.Fail(GatewayDecodeFault.BadValue);
        }

        return list;
    }

    public static void PublishedList(this GatewayWriter writer, IReadOnlyList<PublishedStatement> list)
    {
        writer.U8((byte)list.Count);
        foreach (var published in list)
        {
            writer.Published(published);
        }
    }

    /// <exception cref="ArgumentException">Too many, or not in the order of the log without gaps.</exception>
    public static void Require(IReadOnlyList<PublishedStatement> statements, string name)
    {
        ArgumentNullException.ThrowIfNull(statements, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statements.Count, GatewayLimits.MaxStatements, name);
        if (!AreInOrder(statements))
        {
            throw new ArgumentException("Statements are sent in the order of the log, from 1 and without gaps.", name);
        }
    }

    private static bool AreInOrder(IReadOnlyList<PublishedStatement> statements)
    {
        for (var i = 0; i < statements.Count; i++)
        {
            if (statements[i].Sequence == 0 || (i > 0 && statements[i].Sequence != statements[i - 1].Sequence + 1))
            {
                return false;
            }
        }

        return true;
    }

    private static void Unit(this GatewayWriter writer, SignedUnit signed)
    {
        var unit = signed.Unit;
        writer.ChannelId(unit.ChannelId);
        writer.U64(unit.Index);
        writer.U64(unit.BytesUsed);
        writer.Address(unit.Consumer);
        writer.Address(unit.Provider);
        writer.U64(unit.TimestampMs);
        writer.Bytes32(unit.CounterUnit);
        writer.Signature(signed.Signature);
    }

    private static SignedUnit Unit(this ref GatewayReader reader)
    {
        var channelId = reader.ChannelId();
        var index = reader.U64();
        var bytesUsed = reader.U64();
        var consumer = reader.Address();
        var provider = reader.Address();
        var timestampMs = reader.U64();
        var counterUnit = reader.Bytes32();
        var signature = reader.Signature();
        return new SignedUnit(new UsageUnit(channelId, index, bytesUsed, consumer, provider, timestampMs, counterUnit), signature);
    }
}
