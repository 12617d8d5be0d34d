using System.Numerics;

namespace Tachyon.Grains.Channels;

/// <summary>
/// Divides the time of a closing channel into spans, each with room for few challenges. Pure.
/// </summary>
/// <remarks>
/// <code>
/// close seen ────────────────────┬─────────────┬───────┬───┬─┬┤ can be settled ├ a minute ┼ 2 ──┼ 4 ──────┼ …
///            one long span       margin        1/2    1/4 … 15 s
/// </code>
/// Whoever hands in its evidence in small steps, so that each costs this operator's gas and comes before the one that
/// counts, uses up a span's room; the one that counts then follows at the beginning of the next, with at least half of
/// the time still left. After the deadline spans double: who settles is there to do it, and two parties that hold it off
/// between them get ever fewer challenges for it. So a channel costs a few, however many units it is given.
/// </remarks>
internal readonly record struct ChallengeSchedule(ulong SettleFromSeconds, ulong MarginSeconds)
{
    /// <summary>The most challenges with units of one side in one span.</summary>
    internal const int MaxPerSpan = 2;

    /// <summary>The shortest span before the deadline, in seconds: about the time between two blocks.</summary>
    private const ulong ShortestSpanSeconds = 15;

    /// <summary>The first span after the deadline, in seconds: evidence counts until somebody settles.</summary>
    private const ulong FirstLateSpanSeconds = 60;

    /// <summary>
    /// Steps that are worth little wait until so long before the deadline, in seconds: some blocks, and few enough spans for
    /// few such steps.
    /// </summary>
    private const ulong NearEndSeconds = 120;

    /// <summary>True shortly before the deadline, when there is no later time to wait for.</summary>
    internal bool IsNearEnd(ulong seconds) => seconds < SettleFromSeconds && Before(Math.Min(NearEndSeconds, MarginSeconds)) <= seconds;

    /// <summary>Which span a time is in; later ones have higher numbers. 0 is the one before the margin.</summary>
    internal ulong SpanAt(ulong seconds)
    {
        ulong span = 0;
        for (ulong left = MarginSeconds; left >= ShortestSpanSeconds && Before(left) <= seconds; left /= 2)
        {
            span++;
        }

        return seconds < SettleFromSeconds ? span : span + 1 + Late(seconds - SettleFromSeconds);
    }

    /// <summary>When the span after that of the given time begins, Unix seconds; at the latest the deadline.</summary>
    internal ulong NextSpan(ulong seconds)
    {
        for (ulong left = MarginSeconds; left >= ShortestSpanSeconds; left /= 2)
        {
            if (Before(left) > seconds)
            {
                return Before(left);
            }
        }

        return SettleFromSeconds;
    }

    private static ulong Late(ulong secondsAfter) => (ulong)BitOperations.Log2((secondsAfter / FirstLateSpanSeconds) + 1);

    private ulong Before(ulong seconds) => SettleFromSeconds > seconds ? SettleFromSeconds - seconds : 0;
}
