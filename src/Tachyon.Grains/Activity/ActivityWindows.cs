namespace Tachyon.Grains.Activity;

/// <summary>
/// Adds up what silos report, in windows of equal length. What was done between two reports is taken as done evenly, so that
/// reports and windows need not begin together. Pure; not thread-safe.
/// </summary>
internal sealed class ActivityWindows
{
    /// <summary>A window is told of only so long after its end, when all silos have reported what they did in it.</summary>
    internal const ulong LagMs = 4_000;

    /// <summary>A silo that was silent for longer is taken as one that was just met.</summary>
    private const ulong LongestSilenceMs = 60_000;

    private readonly SortedDictionary<ulong, (double Bytes, double Tokens)> _windows = [];
    private readonly Dictionary<string, (ulong AtMs, SiloActivity Activity)> _last = [];
    private ulong _firstEndMs;

    /// <summary>Takes a silo's totals. The first ones of a silo are where its counting begins.</summary>
    internal void Add(SiloActivity activity, ulong nowMs)
    {
        if (_firstEndMs == 0)
        {
            _firstEndMs = EndOf(nowMs);
        }

        foreach (string gone in _last.Where(silo => silo.Value.AtMs + LongestSilenceMs < nowMs).Select(silo => silo.Key).ToArray())
        {
            _last.Remove(gone);
        }

        if (_last.TryGetValue(activity.Silo, out (ulong AtMs, SiloActivity Activity) before) && nowMs > before.AtMs)
        {
            Spread(before.AtMs, nowMs, activity.Bytes - before.Activity.Bytes, activity.Tokens - before.Activity.Tokens);
        }

        _last[activity.Silo] = (nowMs, activity);
        while (_windows.Count > ActivitySample.MaxKept + (int)(LongestSilenceMs / ActivitySample.PeriodMs))
        {
            _windows.Remove(_windows.First().Key);
        }
    }

    /// <summary>The finished windows that end after a time, oldest first; those in which nothing was done too.</summary>
    internal ActivitySample[] After(ulong afterMs, ulong nowMs)
    {
        if (_firstEndMs == 0 || nowMs < LagMs)
        {
            return [];
        }

        ulong lastEndMs = (nowMs - LagMs) / ActivitySample.PeriodMs * ActivitySample.PeriodMs;
        ulong oldestMs = lastEndMs - Math.Min(lastEndMs, (ActivitySample.MaxKept - 1) * ActivitySample.PeriodMs);
        var samples = new List<ActivitySample>();
        for (ulong endMs = Math.Max(Math.Max(_firstEndMs, oldestMs), EndOf(afterMs)); endMs <= lastEndMs; endMs += ActivitySample.PeriodMs)
        {
            (double bytes, double tokens) = _windows.GetValueOrDefault(endMs);
            samples.Add(new ActivitySample { EndMs = endMs, Bytes = bytes, Tokens = tokens });
        }

        return [.. samples];
    }

    private void Spread(ulong fromMs, ulong toMs, double bytes, double tokens)
    {
        double length = toMs - fromMs;
        for (ulong startMs = fromMs; startMs < toMs;)
        {
            ulong endMs = EndOf(startMs);
            double share = (Math.Min(endMs, toMs) - startMs) / length;
            (double Bytes, double Tokens) sum = _windows.GetValueOrDefault(endMs);
            _windows[endMs] = (sum.Bytes + (bytes * share), sum.Tokens + (tokens * share));
            startMs = endMs;
        }
    }

    /// <summary>The end of the window in which a moment lies; a moment on an edge lies in the later one.</summary>
    private static ulong EndOf(ulong ms) => ((ms / ActivitySample.PeriodMs) + 1) * ActivitySample.PeriodMs;
}
