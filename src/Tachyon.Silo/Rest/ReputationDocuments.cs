using Tachyon.Grains;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Silo.Rest;

/// <summary>What is known of a node: what others state about it, and what it states about others.</summary>
/// <param name="Address">The node.</param>
/// <param name="Standing">How many others blacklist it now.</param>
/// <param name="StandingWithEvidence">How many of them with a contradiction that it signed.</param>
/// <param name="Burned">What disputes on the channels of those statements had burned of their issuers' own deposits, in base units.</param>
/// <param name="IsComplete">False when more was stated about it than is kept with it.</param>
/// <param name="About">The newest statement of each other node about it, revoked ones included.</param>
/// <param name="By">Its own newest about each other node.</param>
internal sealed record ReputationDocument(
    string Address,
    int Standing,
    int StandingWithEvidence,
    string Burned,
    bool IsComplete,
    IReadOnlyList<StatementDocument> About,
    IReadOnlyList<StatementDocument> By)
{
    public static ReputationDocument Of(ReputationView view)
    {
        HeardStatement[] standing = [.. view.About.Where(heard => heard.Stands)];
        var burned = standing.Aggregate(Protocol.Amounts.TokenAmount.Zero, (sum, heard) => sum + heard.Burned);
        return new ReputationDocument(
            view.Node.ToString(),
            standing.Length,
            standing.Count(heard => heard.HasEvidence),
            burned.ToString(),
            view.IsComplete,
            [.. view.About.Select(heard => StatementDocument.Of(heard.Signed))],
            [.. view.By.Select(StatementDocument.Of)]);
    }
}

/// <summary>A signed statement with all fields of the EIP-712 message, and links to the channel as this silo holds it and to what both sides signed on it.</summary>
internal sealed record StatementDocument(
    string Issuer,
    string Subject,
    string ChannelId,
    byte Reason,
    string ReasonName,
    ulong TimestampMs,
    bool Revoked,
    string? Evidence,
    string Signature,
    string ChannelLink,
    string EvidenceLink)
{
    public static StatementDocument Of(SignedBlacklisting signed)
    {
        var stated = signed.Statement;
        return new StatementDocument(
            stated.Issuer.ToString(),
            stated.Subject.ToString(),
            stated.ChannelId.ToString(),
            stated.Reason,
            ((BlacklistingReason)stated.Reason).ToString().ToLowerInvariant(),
            stated.TimestampMs,
            stated.Revoked,
            stated.Evidence == Bytes32.Zero ? null : stated.Evidence.ToString(),
            signed.Signature.ToString(),
            $"/v1/channels/{stated.ChannelId}",
            $"/v1/channels/{stated.ChannelId}/evidence");
    }
}

/// <summary>Some of the log of admitted statements.</summary>
/// <param name="Log">Its name.</param>
/// <param name="Latest">The newest sequence.</param>
/// <param name="Statements">In order, without gaps.</param>
internal sealed record StatementLogDocument(string Log, ulong Latest, IReadOnlyList<LoggedStatementDocument> Statements)
{
    public static StatementLogDocument Of(StatementPage page) => new(
        page.Log.ToString(), page.Latest, [.. page.Entries.Select(LoggedStatementDocument.Of)]);
}

/// <summary>An entry of the log.</summary>
/// <param name="Sequence">Its place.</param>
/// <param name="Statement">The statement or the revocation.</param>
/// <param name="Terms">Of its channel: their hash is the channel's id.</param>
/// <param name="Contradiction">The two units that it names as evidence; null for none.</param>
internal sealed record LoggedStatementDocument(ulong Sequence, StatementDocument Statement, TermsExport Terms, ContradictionDocument? Contradiction)
{
    public static LoggedStatementDocument Of(StatementEntry entry) => new(
        entry.Sequence,
        StatementDocument.Of(entry.Signed),
        TermsExport.Of(entry.Terms),
        entry.Evidence is { } evidence ? ContradictionDocument.Of(evidence) : null);
}

/// <summary>Two units of one signer that cannot both be honest.</summary>
internal sealed record ContradictionDocument(string Kind, UnitExport First, UnitExport Second)
{
    public static ContradictionDocument Of(Contradiction contradiction) => new(
        contradiction.Kind.ToString(), UnitExport.Of(contradiction.First), UnitExport.Of(contradiction.Second));
}
