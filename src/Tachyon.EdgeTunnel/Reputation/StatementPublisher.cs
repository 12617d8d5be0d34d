using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Reputation;

/// <summary>
/// Brings what this node publishes in line with its blacklist: a statement about each node on it with which a channel has paid, a
/// revocation for each that was taken off. Each is durable before it leaves, and sent again until the gateway has it.
/// </summary>
/// <remarks>Calls take turns.</remarks>
internal sealed partial class StatementPublisher(
    Blacklist blacklist, EdgeJournal journal, ChannelBook book, GatewayClient gateway, INodeSigner signer, Eip712Domain domain, TimeProvider time,
    ILogger<StatementPublisher> logger)
{
    private static readonly TimeSpan MinRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Address, (DateTimeOffset NotBefore, TimeSpan Delay)> _waits = [];

    /// <summary>Does whatever is due.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        var listed = blacklist.Published();
        foreach (var (subject, reason) in listed)
        {
            if (journal.OwnStatements.Find(subject) is not { Stands: true } && PaidChannelWith(subject) is { } channel)
            {
                await SignAsync(channel, subject, reason, revoked: false);
            }
        }

        foreach (var own in journal.OwnStatements.Load())
        {
            var current = own.Stands && !listed.ContainsKey(own.Subject) ? await RevokeAsync(own) : own;
            if (!current.IsAcknowledged && IsDue(current.Subject))
            {
                await SendAsync(current, cancellationToken);
            }
        }
    }

    private async Task<OwnStatement> RevokeAsync(OwnStatement own)
    {
        var stated = own.Request.Signed.Statement;
        var channel = book.Find(stated.ChannelId);
        return channel is null ? own : await SignAsync(channel, own.Subject, stated.Reason, revoked: true);
    }

    private async Task<OwnStatement> SignAsync(ChannelRecord channel, Address subject, byte reason, bool revoked)
    {
        var evidence = revoked ? null : ContradictionOn(channel.ChannelId);

        // Also after a clock that was ahead, and where the gateway knows more of this node than its own journal.
        var before = Math.Max(
            journal.OwnStatements.Find(subject)?.Request.Signed.Statement.TimestampMs ?? 0,
            journal.Statements.Find(signer.Address, subject)?.Published.Signed.Statement.TimestampMs ?? 0);
        var stated = new Blacklisting(
            signer.Address,
            subject,
            channel.ChannelId,
            reason,
            Math.Max(before + 1, (ulong)time.GetUtcNow().ToUnixTimeMilliseconds()),
            revoked,
            evidence is null ? Bytes32.Zero : BlacklistingEvidence.HashOf(evidence));
        var own = new OwnStatement(new PublishStatement(SignedBlacklisting.Sign(stated, signer, domain), evidence), IsAcknowledged: false, Refusal: null);
        await journal.OwnStatements.SaveAsync(own);
        _waits.Remove(subject);
        return own;
    }

    private async Task SendAsync(OwnStatement own, CancellationToken cancellationToken)
    {
        var answer = await gateway.AskAsync(own.Request, cancellationToken);
        if (answer.IsDone)
        {
            _waits.Remove(own.Subject);
            await journal.OwnStatements.SaveAsync(own with { IsAcknowledged = true, Refusal = null });
            LogPublished(own.Stands ? "blacklists" : "blacklists no more", own.Subject);
            return;
        }

        var delay = _waits.TryGetValue(own.Subject, out var wait) ? wait.Delay * 2 : MinRetryDelay;
        _waits[own.Subject] = (time.GetUtcNow() + delay, delay < MaxRetryDelay ? delay : MaxRetryDelay);
        if (answer.Outcome != GatewayOutcome.Refused)
        {
            return;
        }

        LogRefused(own.Subject, answer.Text);
        if (answer.Refusal == RefusalReason.OlderStatement && book.Find(own.Request.Signed.Statement.ChannelId) is { } channel)
        {
            // Said before by this key from another journal, or with a clock that was ahead: say it again, later than that.
            await SignAsync(channel, own.Subject, own.Request.Signed.Statement.Reason, !own.Stands);
            _waits[own.Subject] = (time.GetUtcNow() + delay, delay);
        }
        else
        {
            await journal.OwnStatements.SaveAsync(own with { Refusal = answer.Text });
        }
    }

    private bool IsDue(Address subject) => !_waits.TryGetValue(subject, out var wait) || wait.NotBefore <= time.GetUtcNow();

    // The one on which it contradicted itself, if there is one; else the newest.
    private ChannelRecord? PaidChannelWith(Address subject)
    {
        var paid = book.All.Where(channel => channel.Peer == subject && HasPaid(channel)).ToList();
        return paid.Find(channel => ContradictionOn(channel.ChannelId) is not null) ?? paid.LastOrDefault();
    }

    private bool HasPaid(ChannelRecord channel) =>
        !channel.Terms.Price(channel.PaidBytes).IsZero || book.FindSettlement(channel.ChannelId) is { Paid.IsZero: false };

    private Contradiction? ContradictionOn(ChannelId channelId) => journal.Ledgers.LoadHistory(channelId)
        .Select(record => LedgerRecordCodec.Decode(record)).OfType<ContradictionFound>().FirstOrDefault()?.Contradiction;

    [LoggerMessage(LogLevel.Information, "Published: this node {Verb} {Subject}")]
    private partial void LogPublished(string verb, Address subject);

    [LoggerMessage(LogLevel.Warning, "The gateway does not publish this node's statement about {Subject}: {Reason}")]
    private partial void LogRefused(Address subject, string reason);
}
