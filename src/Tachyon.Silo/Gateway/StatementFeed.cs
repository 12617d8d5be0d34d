using System.Threading.Channels;
using Tachyon.Grains;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Silo.Hosting;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// Follows the log of admitted statements for the edges of this gateway: each new one goes to all of them at once, and those that
/// were away catch up, as a rule from memory. One subscription for the whole gateway, however many edges it has.
/// </summary>
/// <remarks>
/// Pushes from the log may be lost, as when the silo that held it dies. So the subscription is renewed every few seconds with the
/// last sequence seen, and the renewal brings what was missed.
/// </remarks>
internal sealed partial class StatementFeed(
    IGrainFactory grains, EdgeRegistry edges, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StatementFeed> logger)
    : BackgroundService, IStatementObserver
{
    /// <summary>Statements kept for those who come back.</summary>
    internal const int MaxKept = 1_024;

    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    // What the log pushes is taken in one place, in order; a push too many is as good as one lost.
    private readonly Channel<StatementPage> _pushed = Channel.CreateBounded<StatementPage>(
        new BoundedChannelOptions(1_024) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private IStatementObserver? _observer;

    // Replaced as a whole, so that requests read it without a lock.
    private volatile Known _known = new(Bytes32.Zero, 0, []);

    /// <summary>Whether it has reached the log; until then edges hear nothing, and catch up themselves.</summary>
    internal bool IsFollowing => _known.Log != Bytes32.Zero;

    /// <inheritdoc/>
    public Task Published(StatementPage page)
    {
        _pushed.Writer.TryWrite(page);
        return Task.CompletedTask;
    }

    /// <summary>The statements after one that an edge has, at most a message full.</summary>
    public async Task<StatementsReply> ReadAsync(Bytes32 log, ulong after)
    {
        var known = _known;
        if (log == known.Log && known.Log != Bytes32.Zero && known.Covers(after))
        {
            return new StatementsReply(known.Log, known.Latest, known.After(after));
        }

        var page = await grains.StatementLog().Read(after);
        if (page.Log != log && after > 0)
        {
            // Counted in another log: from its beginning.
            page = await grains.StatementLog().Read(0);
        }

        return new StatementsReply(page.Log, page.Latest, [.. page.Entries.Select(WireOf)]);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await lifetime.WaitForStartAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                var isUpToDate = await TryRenewAsync();
                await FollowAsync(isUpToDate ? RenewPeriod : RetryPeriod, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The log forgets an observer that is not renewed.
        }
    }

    private static PublishedStatement WireOf(StatementEntry entry) => new(entry.Sequence, entry.Signed, entry.Terms, entry.Evidence);

    private async Task<bool> TryRenewAsync()
    {
        try
        {
            // Not before it is needed: a host makes its services before the silo can name any object.
            _observer ??= grains.CreateObjectReference<IStatementObserver>(this);
            var page = await grains.StatementLog().Subscribe(_observer, _known.Latest);
            if (page.Log != _known.Log)
            {
                // The first time: what was there before is for those who ask, and the last of it is kept for them. Some have asked already, at
                // the log itself, before the newest of these were in it: the newest alone shows them that there is more to ask for.
                var from = page.Latest > MaxKept ? page.Latest - MaxKept : 0;
                _known = new Known(page.Log, from, []);
                page = await grains.StatementLog().Read(from);
                for (var until = page.Latest; _known.Latest < until; page = await grains.StatementLog().Read(_known.Latest))
                {
                    _known = _known.With([.. page.Entries.Select(WireOf)]);
                }

                if (_known.Recent is [.., var newest])
                {
                    edges.Broadcast(new StatementsPublished(_known.Log, [newest]));
                }

                return true;
            }

            while (page.Entries.Length > 0 && Take(page))
            {
                page = await grains.StatementLog().Read(_known.Latest);
            }

            return true;
        }
#pragma warning disable CA1031 // The silo may be starting or stopping, or another one dying: tried again at once.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFailed(fault.Message);
            return false;
        }
    }

    /// <summary>Takes pushes until it is time to renew; at once after a gap.</summary>
    private async Task FollowAsync(TimeSpan period, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(period, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            while (Take(await _pushed.Reader.ReadAsync(either.Token)))
            {
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Time to renew.
        }
    }

    /// <summary>Tells the edges what is new in the page; false when something before it is missing.</summary>
    private bool Take(StatementPage page)
    {
        if (page.Log != _known.Log)
        {
            return false;
        }

        PublishedStatement[] fresh = [.. page.Entries.Where(entry => entry.Sequence > _known.Latest).Select(WireOf)];
        if (fresh.Length == 0)
        {
            return true;
        }

        if (fresh[0].Sequence != _known.Latest + 1)
        {
            return false;
        }

        _known = _known.With(fresh);
        edges.Broadcast(new StatementsPublished(page.Log, fresh));
        return true;
    }

    [LoggerMessage(LogLevel.Debug, "The log of statements cannot be reached; trying again: {Error}")]
    private partial void LogFailed(string error);

    /// <summary>The end of the log as far as it was followed.</summary>
    /// <param name="Log">Its name; zero before it was reached.</param>
    /// <param name="Latest">The last sequence.</param>
    /// <param name="Recent">The last statements, without gaps, ending with <paramref name="Latest"/>.</param>
    private sealed record Known(Bytes32 Log, ulong Latest, PublishedStatement[] Recent)
    {
        public bool Covers(ulong after) => after >= Latest || (Recent.Length > 0 && after + 1 >= Recent[0].Sequence);

        public PublishedStatement[] After(ulong after)
        {
            if (after >= Latest)
            {
                return [];
            }

            var first = (int)(after + 1 - Recent[0].Sequence);
            return Recent[first..Math.Min(Recent.Length, first + GatewayLimits.MaxStatements)];
        }

        public Known With(PublishedStatement[] fresh) => fresh.Length == 0 ? this : new Known(
            Log, fresh[^1].Sequence, Recent.Length + fresh.Length <= MaxKept ? [.. Recent, .. fresh] : [.. Recent[fresh.Length..], .. fresh]);
    }
}
