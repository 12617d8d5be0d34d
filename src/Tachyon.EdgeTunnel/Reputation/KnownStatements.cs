using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Reputation;

/// <summary>
/// Takes what the gateway passes on, checks each statement as if the gateway had made it up, and keeps the newest of each issuer
/// about each subject. A gateway can hold statements back, and no more.
/// </summary>
/// <remarks>Calls take turns.</remarks>
internal sealed partial class KnownStatements(
    EdgeJournal journal, SignatureVerifier verifier, Eip712Domain domain, Address self, TimeProvider time, ILogger<KnownStatements> logger)
{
    /// <summary>Some 60 MB. Beyond it those that matter least are forgotten, never one by or about this node.</summary>
    internal const int MaxKept = 100_000;

    private const int PruneStep = 1_000;

    private ChainCursor? _cursor = journal.StatementCursor.Find();
    private int _count = journal.Statements.Count().All;

    /// <summary>The log that is followed; zero before the first.</summary>
    public Bytes32 Log => _cursor?.BlockHash ?? Bytes32.Zero;

    /// <summary>The last statement of it that this node has.</summary>
    public ulong Sequence => _cursor?.BlockNumber ?? 0;

    /// <summary>Takes statements of a log, in order. False when some before them are missing; then nothing is taken.</summary>
    public async Task<bool> TakeAsync(Bytes32 log, IReadOnlyList<PublishedStatement> statements)
    {
        var last = log == Log ? Sequence : 0;
        if (statements.Count == 0 || statements[0].Sequence > last + 1)
        {
            return statements.Count == 0;
        }

        var newest = new Dictionary<(Address Issuer, Address Subject), PublishedStatement>();
        foreach (var published in statements.Where(published => published.Sequence > last))
        {
            var key = (published.Signed.Issuer, published.Signed.Subject);
            if (IsSound(published) && IsNewer(published, newest.GetValueOrDefault(key) ?? journal.Statements.Find(key.Issuer, key.Subject)?.Published))
            {
                newest[key] = published;
            }
        }

        // First what it says, then that it was read: the other way round a crash would lose it.
        await journal.Statements.SaveAsync([.. newest.Values]);
        await SaveCursorAsync(log, Math.Max(last, statements[^1].Sequence));
        _count += newest.Count;
        if (_count > MaxKept)
        {
            await journal.Statements.PruneAsync(self, _count - MaxKept + PruneStep);
            _count = journal.Statements.Count().All;
        }

        return true;
    }

    /// <summary>Begins to count in another log, as when the operator's storage is another, or the operator is.</summary>
    public Task BeginAsync(Bytes32 log) => SaveCursorAsync(log, 0);

    private async Task SaveCursorAsync(Bytes32 log, ulong sequence)
    {
        var cursor = new ChainCursor(sequence, log);
        await journal.StatementCursor.SaveAsync(cursor);
        _cursor = cursor;
    }

    private static bool IsNewer(PublishedStatement published, PublishedStatement? known) =>
        known is null || published.Signed.Supersedes(known.Signed);

    private bool IsSound(PublishedStatement published)
    {
        var nowMs = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        var fault = StatementRules.Check(published.Signed, published.Terms, published.Evidence, verifier, domain, nowMs);
        if (fault != StatementFault.None)
        {
            LogUnsound(published.Sequence, published.Signed.Issuer, published.Signed.Subject, fault);
        }

        return fault == StatementFault.None;
    }

    [LoggerMessage(LogLevel.Warning, "The gateway passed on a statement that is not in order, number {Sequence} of {Issuer} about {Subject}: {Fault}")]
    private partial void LogUnsound(ulong sequence, Address issuer, Address subject, StatementFault fault);
}
