using System.Collections.Concurrent;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Exit;

/// <summary>The exit of one session: connects like <see cref="ExitConnector"/>, within <see cref="ExitLimits"/>.</summary>
internal sealed class SessionExit : IExitSession
{
    private readonly ExitConnector _connector;
    private readonly ExitLimits _limits;
    private readonly TimeProvider _time;
    private readonly TokenBucket _opens;
    private readonly SemaphoreSlim _dialling;
    private readonly ConcurrentDictionary<LimitedEndpoint, bool> _open = new();
    private readonly ITimer? _sweeper;
    private int _associations;

    public SessionExit(EgressPolicy policy, IExitResolver resolver, ExitOptions options, ExitLimits limits, TimeProvider time)
    {
        var resolving = new SemaphoreSlim(limits.MaxResolving);
        _connector = new ExitConnector(policy, new SessionResolver(resolver, limits, resolving, time), options, time);
        _limits = limits;
        _time = time;
        _opens = new TokenBucket(limits.OpensAtOnce, limits.OpensPerSecond, time);
        Rate = limits.RateBytesPerSecond > 0 ? new RateLimit(limits.RateBytesPerSecond, time) : null;
        _dialling = new SemaphoreSlim(limits.MaxDialling);
        if (limits.IdleStream > TimeSpan.Zero)
        {
            var interval = limits.IdleStream / 8;
            _sweeper = time.CreateTimer(static state => ((SessionExit)state!).Sweep(), this, interval, interval);
        }
    }

    /// <inheritdoc />
    public RateLimit? Rate { get; }

    /// <summary>Connections and associations that are open.</summary>
    public int OpenEndpoints => _open.Count;

    public async ValueTask<ExitConnection> ConnectAsync(TargetAddress target, CancellationToken cancellationToken)
    {
        if (!_opens.TryTake(1))
        {
            return ExitConnection.Failed(OpenOutcome.TooManyStreams);
        }

        await _dialling.WaitAsync(cancellationToken);
        try
        {
            return Limited(await _connector.ConnectAsync(target, cancellationToken), isUdp: false);
        }
        finally
        {
            _dialling.Release();
        }
    }

    public ExitConnection OpenUdp()
    {
        if (!_opens.TryTake(1))
        {
            return ExitConnection.Failed(OpenOutcome.TooManyStreams);
        }

        if (Interlocked.Increment(ref _associations) > _limits.MaxAssociations)
        {
            Interlocked.Decrement(ref _associations);
            return ExitConnection.Failed(OpenOutcome.TooManyStreams);
        }

        var connection = Limited(_connector.OpenUdp(), isUdp: true);
        if (connection.Endpoint is null)
        {
            Interlocked.Decrement(ref _associations);
        }

        return connection;
    }

    /// <summary>The session is over; its streams have closed their endpoints themselves.</summary>
    public void Dispose() => _sweeper?.Dispose();

    private ExitConnection Limited(ExitConnection connection, bool isUdp)
    {
        if (connection.Endpoint is not { } inner)
        {
            return connection;
        }

        var endpoint = new LimitedEndpoint(inner, Rate, _time, OnMoved, OnClosed);
        _open[endpoint] = isUdp;
        return connection with { Endpoint = endpoint };
    }

    // Traffic pays for opens, so that whoever uses many connections is held back by none of this.
    private void OnMoved(LimitedEndpoint endpoint, int bytes) => _opens.Add((double)bytes / _limits.BytesPerOpen);

    private void OnClosed(LimitedEndpoint endpoint)
    {
        if (_open.TryRemove(endpoint, out var isUdp) && isUdp)
        {
            Interlocked.Decrement(ref _associations);
        }
    }

    private void Sweep()
    {
        foreach (var (endpoint, isUdp) in _open)
        {
            // Associations end by a rule of their own: only what the consumer sends keeps them.
            if (!isUdp && endpoint.SilentFor >= _limits.IdleStream)
            {
                endpoint.Expire();
            }
        }
    }
}
