namespace Tachyon.Grains.Reputation;

/// <summary>Keeps what others state about a node: the newest of each issuer, whatever order they come in. Pure.</summary>
internal static class HeardStatements
{
    /// <summary>The record with the statement in it; the same record when it tells nothing new.</summary>
    internal static ReputationRecord Add(ReputationRecord record, HeardStatement heard)
    {
        int at = Array.FindIndex(record.Heard, known => known.Issuer == heard.Issuer);
        if (at >= 0)
        {
            if (!heard.Signed.Supersedes(record.Heard[at].Signed))
            {
                return record;
            }

            HeardStatement[] heards = [.. record.Heard];
            heards[at] = heard;
            return record with { Heard = heards };
        }

        return record.Heard.Length < StatementLimits.Issuers
            ? record with { Heard = [.. record.Heard, heard] }
            : Displace(record, heard);
    }

    /// <summary>
    /// The lightest gives way, and the new one may be it: first what was revoked, then what has neither evidence nor burned
    /// tokens behind it, then what burned least. Nothing is lost by it: each statement is in force with its issuer.
    /// </summary>
    private static ReputationRecord Displace(ReputationRecord record, HeardStatement heard)
    {
        HeardStatement[] all = [.. record.Heard, heard];
        HeardStatement lightest = all.MinBy(known => (known.Stands, known.HasEvidence, known.Burned))!;
        return record with { Heard = [.. all.Where(known => !ReferenceEquals(known, lightest))], HeardMore = true };
    }
}
