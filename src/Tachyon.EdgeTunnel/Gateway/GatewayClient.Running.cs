using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Gateway;

/// <summary>The loop behind the client: one connection after another, and what runs on each.</summary>
internal sealed partial class GatewayClient
{
    private static readonly GatewayEnd Stopping = new(GatewayFault.None, "the edge is stopping");
    private static readonly TimeSpan UnitRetryDelay = TimeSpan.FromSeconds(1);

    private async Task RunAsync()
    {
        var stopping = _stopping.Token;
        var failedAttempts = 0;
        try
        {
            while (true)
            {
                SetStatus(_status with { Phase = GatewayPhase.Connecting, NextAttempt = null });
                var (end, wasConnected) = await ConnectOnceAsync(stopping);
                failedAttempts = wasConnected ? 1 : failedAttempts + 1;
                var delay = RetryDelay(end, failedAttempts);
                LogEnd(end, delay);
                GoOn(end);
                SetStatus(new GatewayStatus(GatewayPhase.Waiting, end.Fault, end.Text, failedAttempts, _time.GetUtcNow() + delay));
                await Task.Delay(delay, _time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            SetStatus(GatewayStatus.Stopped);
        }
    }

    private async Task<(GatewayEnd End, bool WasConnected)> ConnectOnceAsync(CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        GatewaySession? session = null;
        try
        {
            var connection = await _connector.ConnectAsync(_gateway.WebSocketUrl, either.Token);
            session = new GatewaySession(_options, _gateway, connection, _pushes.Writer, _time);
            using var ending = stopping.UnsafeRegister(static s => ((GatewaySession)s!).End(Stopping), session);
            var receiving = session.ReceiveAsync();
            if (await session.AuthenticateAsync(_signer, either.Token) is { } refusal)
            {
                // Where no answer came, the end of the connection says why.
                session.End(refusal);
                return (refusal.Fault == GatewayFault.Disconnected ? await receiving : refusal, false);
            }

            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            return (await ServeAsync(session, receiving, stopping), true);
        }
        catch (GatewayConnectionException exception)
        {
            return (new GatewayEnd(GatewayFault.Unreachable, exception.Message), false);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return (new GatewayEnd(GatewayFault.TimedOut, $"the gateway did not let the edge in within {_options.ConnectTimeout.TotalSeconds:0.#} s"), false);
        }
        catch (SigningRefusedException exception)
        {
            return (new GatewayEnd(GatewayFault.NotAuthenticated, exception.Message), false);
        }
        finally
        {
            _session = null;
            if (session is not null)
            {
                await session.DisposeAsync();
            }
        }
    }

    private async Task<GatewayEnd> ServeAsync(GatewaySession session, Task<GatewayEnd> receiving, CancellationToken stopping)
    {
        Interlocked.Increment(ref _connections);
        _session = session;
        SetStatus(new GatewayStatus(GatewayPhase.Connected, GatewayFault.None, "", 0, null));
        LogConnected(_gateway.Url, _signer.Address);

        var work = Task.WhenAll(AnnounceAgainAsync(session), BeatAsync(session), SendUnitsAsync(session));
        var end = await receiving;
        await work;
        stopping.ThrowIfCancellationRequested();
        return end;
    }

    /// <summary>A silo may have restarted, or this may be another one: it learns the offer again.</summary>
    private async Task AnnounceAgainAsync(GatewaySession session)
    {
        if (_offer is not { } offer)
        {
            return;
        }

        _mustAnnounceAgain = false;
        var answer = Noted(await AskAsync(session, offer, CancellationToken.None));
        if (answer.IsDone)
        {
            answer = Noted(await AskAsync(session, new Drain(_draining), CancellationToken.None));
        }

        if (!answer.IsDone && !session.Ended.IsCancellationRequested)
        {
            LogNotAnnounced(answer.Text);
        }
    }

    /// <summary>
    /// Remembers an announcement that the silo could not take, as while another silo of its cluster is dying: heartbeats
    /// alone would not bring it into the directory, and nobody would be matched to this edge.
    /// </summary>
    private GatewayAnswer<Accepted> Noted(GatewayAnswer<Accepted> answer)
    {
        if (answer.Outcome is GatewayOutcome.Unavailable or GatewayOutcome.Unknown)
        {
            _mustAnnounceAgain = true;
        }

        return answer;
    }

    /// <summary>Shows the gateway that the edge lives, and finds out when the gateway does not.</summary>
    private async Task BeatAsync(GatewaySession session)
    {
        using var timer = new PeriodicTimer(session.HeartbeatPeriod, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(session.Ended))
            {
                var answer = await AskAsync(session, Heartbeat.Instance, session.Ended);
                if (answer.Outcome == GatewayOutcome.Unknown)
                {
                    session.End(new GatewayEnd(GatewayFault.TimedOut, answer.Text));
                }
                else if (_mustAnnounceAgain || answer.Refusal == RefusalReason.NotAnnounced)
                {
                    await AnnounceAgainAsync(session);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ended.
        }
    }

    private async Task SendUnitsAsync(GatewaySession session)
    {
        while (!session.Ended.IsCancellationRequested)
        {
            try
            {
                var changed = _units.Changed;
                var batch = _units.Take(out var wait);
                if (batch.Count == 0)
                {
                    await changed.WaitAsync(wait ?? Timeout.InfiniteTimeSpan, _time, session.Ended);
                    continue;
                }

                var answer = await AskAsync(session, new SubmitUnits(batch), CancellationToken.None);
                if (answer.IsDone)
                {
                    Apply(batch, answer.Reply.Channels);
                }

                await Task.Delay(answer.IsDone ? _options.UnitInterval : UnitRetryDelay, _time, session.Ended);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                // Something is due again, or the connection ended.
            }
        }
    }

    private void Apply(List<ChannelUnits> batch, IReadOnlyList<ChannelUnitsAck> acks)
    {
        _units.Apply(batch, acks);
        foreach (var ack in acks)
        {
            if (ack.Refusal != RefusalReason.None)
            {
                LogUnitsRefused(ack.ChannelId, ack.Refusal);
            }

            UnitsAnswered?.Invoke(ack);
        }
    }

    private async Task<GatewayAnswer<TReply>> AskAsync<TReply>(
        GatewaySession session, GatewayRequest<TReply> request, CancellationToken cancellationToken)
        where TReply : GatewayReply
    {
        using var limit = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var reply = await session.AskAsync(request, either.Token);
            return reply is null
                ? GatewayAnswer<TReply>.Unknown("the connection to the gateway ended before it answered")
                : GatewayAnswer<TReply>.From(reply);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return GatewayAnswer<TReply>.Unknown($"the gateway did not answer within {_options.RequestTimeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>The next attempt is for the next gateway, except where this one says that the same key is connected elsewhere.</summary>
    private void GoOn(GatewayEnd end)
    {
        if (end.Fault != GatewayFault.Superseded)
        {
            var gateways = _options.Gateways;
            var index = gateways.TakeWhile(gateway => !ReferenceEquals(gateway, _gateway)).Count();
            _gateway = gateways[(index + 1) % gateways.Count];
        }
    }

    private TimeSpan RetryDelay(GatewayEnd end, int failedAttempts)
    {
        // Each turn of all gateways counts as one attempt: within it the others come soon.
        var turns = (failedAttempts - 1) / _options.Gateways.Count;
        var endsTurn = failedAttempts % _options.Gateways.Count == 0;
        if (end.Fault == GatewayFault.Superseded || (end.IsLasting && endsTurn))
        {
            return _options.RejectedRetryDelay;
        }

        var doubled = _options.MinRetryDelay * Math.Pow(2, endsTurn ? Math.Min(turns, 16) : 0);
        var delay = doubled < _options.MaxRetryDelay ? doubled : _options.MaxRetryDelay;

        // Spread, so that a silo that restarts is not met by all its edges in one moment.
        return delay * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
