using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Gateway;

namespace Tachyon.EdgeTunnel.Reputation;

/// <summary>
/// Keeps this node in step with what others state, and others with what it states: takes the gateway's pushes, asks for what it
/// missed after every reconnection and gap, and publishes its own list.
/// </summary>
internal sealed partial class ReputationDesk(
    KnownStatements known, StatementPublisher publisher, StatementWeigher weigher, GatewayClient gateway, ReputationOptions options, TimeProvider time,
    ILogger<ReputationDesk> logger)
{
    private static readonly TimeSpan RoundInterval = TimeSpan.FromSeconds(1);

    // A push that was dropped shows at the next one; where none follows, here.
    private static readonly TimeSpan CatchUpInterval = TimeSpan.FromMinutes(5);
    private const int MostPushes = 256;

    private readonly Queue<StatementsPublished> _pushed = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _heard = NewSignal();
    private bool _isBehind = true;

    /// <summary>The gateway pushed statements. Must not wait: the newest push that does not fit is dropped and asked for later.</summary>
    public void Hear(StatementsPublished push)
    {
        lock (_lock)
        {
            if (_pushed.Count < MostPushes)
            {
                _pushed.Enqueue(push);
            }
            else
            {
                _isBehind = true;
            }

            _heard.TrySetResult();
        }
    }

    /// <summary>Works until cancelled.</summary>
    /// <exception cref="JournalException">The journal cannot be read or written any more.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] parts = options.Policies.HasFlag(ReputationPolicies.Weigh) ? [FollowAsync(ending.Token), weigher.RunAsync(ending.Token)] : [FollowAsync(ending.Token)];
        var first = await Task.WhenAny(parts);
        await ending.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var caughtUpAt = time.GetTimestamp();
        GatewayStatus? lastConnection = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Each connection has a status of its own: one that broke and came back between two rounds shows too.
            var connection = gateway.Status;
            var isConnected = connection.Phase == GatewayPhase.Connected;
            await TakePushesAsync();
            if (isConnected && (!ReferenceEquals(connection, lastConnection) || _isBehind || time.GetElapsedTime(caughtUpAt) >= CatchUpInterval))
            {
                _isBehind = !await CatchUpAsync(cancellationToken);
                caughtUpAt = time.GetTimestamp();
                lastConnection = connection;
            }

            if (isConnected && options.Publishes)
            {
                await PublishAsync(cancellationToken);
            }

            await PauseAsync(cancellationToken);
        }
    }

    private async Task TakePushesAsync()
    {
        while (true)
        {
            StatementsPublished? push;
            lock (_lock)
            {
                _heard = NewSignal();
                _pushed.TryDequeue(out push);
            }

            if (push is null)
            {
                return;
            }

            if (push.Log != known.Log || !await known.TakeAsync(push.Log, push.Statements))
            {
                // Another log than before, or a gap: what is missing is asked for, and this comes with it.
                _isBehind = true;
            }

            weigher.Hear();
        }
    }

    // True when nothing is missing any more.
    private async Task<bool> CatchUpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await gateway.AskAsync(new StatementsRequest(known.Log, known.Sequence), cancellationToken);
            if (!answer.IsDone)
            {
                return false;
            }

            var reply = answer.Reply;
            if (reply.Log != known.Log)
            {
                await known.BeginAsync(reply.Log);
            }

            if (!await known.TakeAsync(reply.Log, reply.Statements))
            {
                LogGap(known.Sequence, reply.Statements[0].Sequence);
                return false;
            }

            weigher.Hear();
            if (reply.Statements.Count == 0 || known.Sequence >= reply.Latest)
            {
                return true;
            }
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await publisher.PublishAsync(cancellationToken);
        }
        catch (DataDirectoryException fault)
        {
            // Half written, or broken by hand: what was published stays until the list can be read again.
            LogUnreadable(fault.Message);
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        Task heard;
        lock (_lock)
        {
            heard = _pushed.Count > 0 ? Task.CompletedTask : _heard.Task;
        }

        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(heard, Task.Delay(RoundInterval, time, pause.Token));
        await pause.CancelAsync();
    }

    [LoggerMessage(LogLevel.Warning, "The gateway leaves statements out: after number {Have} it gives {Next}")]
    private partial void LogGap(ulong have, ulong next);

    [LoggerMessage(LogLevel.Warning, "The blacklist is not published: {Reason}")]
    private partial void LogUnreadable(string reason);
}
