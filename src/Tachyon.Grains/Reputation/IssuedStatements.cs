using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Reputation;

/// <summary>Decides on a node's own statements: whether one is new, and whether it may still say more. Pure.</summary>
internal static class IssuedStatements
{
    /// <summary>The statement about a subject; null when there is none.</summary>
    internal static IssuedStatement? Find(ReputationRecord record, Address subject) =>
        Array.Find(record.Issued, issued => issued.Subject == subject);

    /// <summary>
    /// The record with the statement in it, still to be spread. The same record when it is known already; null, and why, when
    /// it is not admitted.
    /// </summary>
    internal static ReputationRecord? Admit(
        ReputationRecord record, SignedBlacklisting signed, Contradiction? evidence, ulong nowMs, out StatementRefusal refusal)
    {
        refusal = StatementRefusal.None;
        IssuedStatement? known = Find(record, signed.Subject);
        if (known is not null && !signed.Supersedes(known.Signed))
        {
            // The same content with other bytes of signature is the same statement.
            refusal = known.Signed.Statement == signed.Statement ? StatementRefusal.None : StatementRefusal.Older;
            return refusal == StatementRefusal.None ? record : null;
        }

        ChannelStatements[] channels = known?.Channels ?? [];
        if (!signed.Statement.Revoked || known is not { Stands: true })
        {
            if (Count(record, nowMs) is not { } counted || CountOf(channels, signed.Statement.ChannelId) >= StatementLimits.PerChannel)
            {
                refusal = StatementRefusal.TooMany;
                return null;
            }

            record = counted;
            channels = Add(channels, signed.Statement.ChannelId);
        }

        if (MakeRoom(record.Issued, signed.Subject) is not { } others)
        {
            refusal = StatementRefusal.TooMany;
            return null;
        }

        var issued = new IssuedStatement { Signed = signed, Evidence = evidence, IsPending = true, Channels = channels };
        return record with { Issued = [.. others, issued] };
    }

    /// <summary>The record with the statement spread, if it is still the newest about its subject.</summary>
    internal static ReputationRecord Spread(ReputationRecord record, SignedBlacklisting signed)
    {
        int at = Array.FindIndex(record.Issued, issued => issued.Signed == signed);
        if (at < 0 || !record.Issued[at].IsPending)
        {
            return record;
        }

        IssuedStatement[] issued = [.. record.Issued];
        issued[at] = issued[at] with { IsPending = false };
        return record with { Issued = issued };
    }

    private static ReputationRecord? Count(ReputationRecord record, ulong nowMs)
    {
        if (nowMs >= record.DayStartMs + (ulong)StatementLimits.Day.TotalMilliseconds)
        {
            return record with { DayStartMs = nowMs, DayCount = 1 };
        }

        return record.DayCount < StatementLimits.PerDay ? record with { DayCount = record.DayCount + 1 } : null;
    }

    private static int CountOf(ChannelStatements[] channels, ChannelId channel) =>
        Array.Find(channels, known => known.ChannelId == channel)?.Count ?? 0;

    private static ChannelStatements[] Add(ChannelStatements[] channels, ChannelId channel) =>
    [
        .. channels.Where(known => known.ChannelId != channel),
        new ChannelStatements { ChannelId = channel, Count = CountOf(channels, channel) + 1 },
    ];

    /// <summary>The others, without the oldest revocation where they are too many; null where all of them stand.</summary>
    private static IssuedStatement[]? MakeRoom(IssuedStatement[] issued, Address subject)
    {
        IssuedStatement[] others = [.. issued.Where(known => known.Subject != subject)];
        if (others.Length < StatementLimits.Subjects)
        {
            return others;
        }

        int oldest = Array.FindIndex(others, known => !known.Stands && !known.IsPending);
        return oldest < 0 ? null : [.. others[..oldest], .. others[(oldest + 1)..]];
    }
}
