using Microsoft.Extensions.Logging;
using Tachyon.Chain;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// The node's eyes on the chain: connects to its own RPC endpoint, follows it, and keeps at it when it does not answer.
/// An endpoint that is away is a status, never an end of the node; one that serves another chain is a fault.
/// </summary>
/// <remarks>
/// What was seen stays good for serving channels that are active for <see cref="CanServe"/>; opening, confirming and
/// meeting new channels waits until the endpoint answers.
/// </remarks>
internal sealed partial class ChainWatcher
{
    private readonly Func<CancellationToken, Task<ISettlementChain>> _connect;
    private readonly Func<ISettlementChain, ChainReader> _readerOf;
    private readonly ChainWatcherOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ChainWatcher> _logger;
    private readonly TaskCompletionSource<ISettlementChain> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _nudge = NewSignal();
    private TaskCompletionSource _round = NewSignal();
    private ChainRules? _rules;
    private volatile ChainStatus _status;

    /// <summary><paramref name="connect"/> connects and checks the endpoint; it is called until it succeeds.</summary>
    public ChainWatcher(
        Func<CancellationToken, Task<ISettlementChain>> connect,
        Func<ISettlementChain, ChainReader> readerOf,
        ChainWatcherOptions options,
        TimeProvider time,
        ILogger<ChainWatcher> logger)
    {
        _connect = connect;
        _readerOf = readerOf;
        _options = options;
        _time = time;
        _logger = logger;
        _status = new ChainStatus(ChainState.Connecting, null, time.GetUtcNow(), null, 0, 0);
    }

    public ChainStatus Status => _status;

    /// <summary>The chain, once its endpoint has answered and serves the right one.</summary>
    public Task<ISettlementChain> Connected => _connected.Task;

    /// <summary>
    /// Whether channels seen active may still be served and signed for. An endpoint that is away hides a close by the
    /// other side; until half of the challenge period has gone by, newer evidence can still be shown in time.
    /// </summary>
    public bool CanServe =>
        _rules is { } rules && _status.LastAnswer is { } last && _time.GetUtcNow() - last < rules.ChallengePeriod / 2;

    /// <summary>
    /// The later of this node's clock and the chain's, Unix seconds: what is signed to stay valid for a while is counted
    /// from here, so that the contract takes it although one of the two is behind.
    /// </summary>
    public ulong NowSeconds => Math.Max((ulong)_time.GetUtcNow().ToUnixTimeSeconds(), _status.FinalTimeSeconds);

    /// <summary>Looks at the chain now instead of at the next interval; someone hinted that there is news.</summary>
    public void Nudge() => Volatile.Read(ref _nudge).TrySetResult();

    /// <summary>Completes after a round of reading that began after this call.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        // The round under way may have asked for the newest block already: the one after it has not.
        for (var rounds = 0; rounds < 2; rounds++)
        {
            var round = Volatile.Read(ref _round).Task;
            Nudge();
            await round.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Follows the chain until cancelled.</summary>
    /// <exception cref="ChainMismatchException">The endpoint serves another chain or no Tachyon contract.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ChainReader? reader = null;
        var failures = 0;
        while (true)
        {
            try
            {
                // Before reading: a hint that comes meanwhile may be about what was read past.
                Volatile.Write(ref _nudge, NewSignal());
                reader ??= _readerOf(await ConnectAsync(cancellationToken));
                var final = await reader.ReadAsync(cancellationToken);
                failures = 0;
                Follow(final);
                await PauseAsync(cancellationToken);
            }
            catch (ChainUnavailableException fault)
            {
                failures++;
                SetUnreachable(fault.Message);
                await Task.Delay(RetryDelay(failures), _time, cancellationToken);
            }
            catch (ChainMismatchException fault)
            {
                Set(_status with { State = ChainState.Wrong, Detail = fault.Message });
                _connected.TrySetException(fault);
                throw;
            }
        }
    }

    private async Task<ISettlementChain> ConnectAsync(CancellationToken cancellationToken)
    {
        var chain = await _connect(cancellationToken);
        _rules = await chain.GetRulesAsync(cancellationToken);
        _connected.TrySetResult(chain);
        return chain;
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_nudge.Task, Task.Delay(_options.PollInterval, _time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Follow(ChainBlock final)
    {
        if (_status.State != ChainState.Following)
        {
            LogFollowing(final.Number);
        }

        Set(_status with
        {
            State = ChainState.Following,
            Detail = null,
            LastAnswer = _time.GetUtcNow(),
            FinalBlock = final.Number,
            FinalTimeSeconds = final.TimestampSeconds,
        });
        Interlocked.Exchange(ref _round, NewSignal()).SetResult();
    }

    private void SetUnreachable(string detail)
    {
        if (_status.Detail is null)
        {
            LogUnreachable(detail);
        }

        var state = _status.LastAnswer is null ? ChainState.Connecting : ChainState.Unreachable;
        Set(_status with { State = state, Detail = detail });
    }

    private void Set(ChainStatus status) =>
        _status = status.State == _status.State ? status : status with { Since = _time.GetUtcNow() };

    private TimeSpan RetryDelay(int failures)
    {
        var doubled = _options.MinRetryDelay * Math.Pow(2, Math.Min(failures - 1, 16));
        return doubled < _options.MaxRetryDelay ? doubled : _options.MaxRetryDelay;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
