using Tachyon.Chain;
using Tachyon.Grains;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// Asks the chain feed to look now when an edge knows more than this silo. However many edges ask, it is asked at most once
/// per period; whoever asks in between is served by the next time. Thread-safe.
/// </summary>
internal sealed class FeedWaker : IDisposable
{
    /// <summary>A look costs the operator a request at its endpoint, and blocks are seconds apart.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly IGrainFactory _grains;
    private readonly ISettlementChain _chain;
    private readonly EdgeLog _log;
    private readonly ITimer _timer;

    // 0: asleep; 1: asked within the period; 2: and asked again since.
    private int _state;

    public FeedWaker(IGrainFactory grains, ISettlementChain chain, TimeProvider time, EdgeLog log)
    {
        _grains = grains;
        _chain = chain;
        _log = log;
        _timer = time.CreateTimer(_ => PeriodOver(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Wake()
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) == 0)
        {
            Ask();
        }
        else
        {
            Interlocked.CompareExchange(ref _state, 2, 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void PeriodOver()
    {
        if (Interlocked.CompareExchange(ref _state, 0, 1) == 2)
        {
            Volatile.Write(ref _state, 1);
            Ask();
        }
    }

    private async void Ask()
    {
        try
        {
            _timer.Change(Period, Timeout.InfiniteTimeSpan);
            await _grains.ChainFeed(_chain.Deployment.PaymentChannels).Wake();
        }
#pragma warning disable CA1031 // Only a hint: the feed looks by itself soon.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _log.WakeFailed(exception.Message);
        }
    }
}
