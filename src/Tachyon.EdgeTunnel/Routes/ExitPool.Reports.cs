using Tachyon.Protocol;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Routes;

/// <content>What the exit says: its units, and its counts of routes, the newest each, until the proxy has them.</content>
internal sealed partial class ExitPool
{
    private SignedUnit? _unsaid;

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        var reportedBytes = 0ul;
        while (true)
        {
            await _due.Reader.ReadAsync(cancellationToken);
            var countedBytes = Interlocked.Read(ref _countedBytes);
            var sentAt = _time.GetTimestamp();
            Interlocked.Exchange(ref _reportedAt, sentAt);
            var isTaken = await ReportOnceAsync(cancellationToken);
            var pause = RetryInterval;
            if (isTaken)
            {
                pause = countedBytes - reportedBytes < ProtocolConstants.UnitIntervalBytes ? ReportInterval : TimeSpan.Zero;
                reportedBytes = countedBytes;
            }
            else
            {
                Signal();
            }

            var rest = pause - _time.GetElapsedTime(sentAt);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, _time, cancellationToken);
            }
        }
    }

    // False where it has to be said again.
    private async Task<bool> ReportOnceAsync(CancellationToken cancellationToken)
    {
        _unsaid = _engine.TakeDueUnit() ?? _unsaid;
        var (routes, isNew) = Collect();
        if (isNew)
        {
            await _table.SaveAsync(PoolId, routes);
        }

        if (_unsaid is null && routes.Count == 0)
        {
            return true;
        }

        var unit = _unsaid;
        var askedAt = _time.GetTimestamp();
        var answer = await _gateway.AskAsync(new RouteReport(PoolId, unit, [.. routes.Select(route => route.Newest!)]), cancellationToken);
        if (!answer.IsDone)
        {
            // What is refused as a whole, as while the silo has not seen the pool yet, may be taken later.
            LogNotReported(PoolId, answer.Text);
            return false;
        }

        Interlocked.Exchange(ref _roundTripMs, (ulong)_time.GetElapsedTime(askedAt).TotalMilliseconds);
        _unsaid = null;
        if (answer.Reply.Unit != RefusalReason.None)
        {
            LogNotReported(PoolId, $"unit {unit?.Unit.Index}: {answer.Reply.Unit}");
        }

        await TakeAnswersAsync(routes, answer.Reply.Counts);
        lock (_lock)
        {
            return _unreported.Count == 0;
        }
    }

    private (List<ExitRoute> Routes, bool IsNew) Collect()
    {
        lock (_lock)
        {
            var isNew = false;
            foreach (var tag in _meters.Keys.Concat(_wanted).ToHashSet())
            {
                if (_ledger.PollCount(tag, _wanted.Contains(tag), NowMs, StepBytes) is not null)
                {
                    isNew = true;
                    _unreported.Add(tag);
                }
            }

            _wanted.Clear();
            return ([.. _unreported.Take(GatewayLimits.MaxRoutesPerMessage).Select(tag => _ledger.Find(tag)).OfType<ExitRoute>()], isNew);
        }
    }

    private async Task TakeAnswersAsync(List<ExitRoute> said, IReadOnlyList<RefusalReason> answers)
    {
        var over = new List<Bytes32>();
        lock (_lock)
        {
            for (var i = 0; i < Math.Min(said.Count, answers.Count); i++)
            {
                _unreported.Remove(said[i].Tag);
                if (answers[i] == RefusalReason.UnknownTag)
                {
                    over.Add(said[i].Tag);
                }
                else if (answers[i] != RefusalReason.None)
                {
                    LogNotReported(PoolId, $"the count of a route: {answers[i]}");
                }
            }
        }

        if (over.Count > 0)
        {
            await ForgetAsync(over);
        }
    }

    // What was served last is said before the routes are forgotten: a report may just be waiting for its turn.
    private async Task EndRoutesAsync(IReadOnlyList<Bytes32> tags)
    {
        var last = new List<ExitRoute>();
        lock (_lock)
        {
            last.AddRange(tags
                .Where(tag => _ledger.PollCount(tag, isWanted: true, NowMs) is not null || _unreported.Contains(tag))
                .Select(tag => _ledger.Find(tag)).OfType<ExitRoute>());
        }

        if (last.Count > 0)
        {
            await _table.SaveAsync(PoolId, last);
            await _gateway.AskAsync(new RouteReport(PoolId, null, [.. last.Select(route => route.Newest!)]), _stopping.Token);
        }

        await ForgetAsync(tags);
    }

    private async Task ForgetAsync(IReadOnlyList<Bytes32> tags)
    {
        var ended = new List<TagMeter>();
        lock (_lock)
        {
            foreach (var tag in tags)
            {
                _ledger.Forget(tag);
                _unreported.Remove(tag);
                _wanted.Remove(tag);
                if (_meters.TryGetValue(tag, out var meter))
                {
                    ended.Add(meter);
                }
            }
        }

        foreach (var meter in ended)
        {
            meter.End(GoodbyeReason.ChannelClosed, "the proxy has ended the route");
        }

        await _table.RemoveAsync(PoolId, tags);
    }
}
