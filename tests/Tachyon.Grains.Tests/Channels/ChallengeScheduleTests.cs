using Tachyon.Grains.Channels;

namespace Tachyon.Grains.Tests.Channels;

public sealed class ChallengeScheduleTests
{
    private const ulong SettleFrom = 1_000_000;
    private static readonly ChallengeSchedule Hour = new(SettleFrom, 3_600);

    [Fact]
    public void EachSpanBeforeTheDeadline_LeavesAtLeastHalfOfTheTimeThatWasLeft()
    {
        for (ulong seconds = SettleFrom - 7_200; seconds < SettleFrom - 30; seconds++)
        {
            ulong next = Hour.NextSpan(seconds);

            Assert.True(next > seconds && SettleFrom - next >= Math.Min(3_600, (SettleFrom - seconds) / 2), $"{seconds}: {next}");
        }
    }

    [Fact]
    public void SpansBeforeTheDeadline_AreFew()
    {
        HashSet<ulong> spans = [];
        for (ulong seconds = SettleFrom - 50_000; seconds < SettleFrom; seconds++)
        {
            spans.Add(Hour.SpanAt(seconds));
        }

        Assert.Equal(9, spans.Count);
        Assert.Equal(0UL, spans.Min());
    }

    [Fact]
    public void Spans_AreCountedOnwards_AlsoAfterTheDeadline_AndBeginWhereTheLookIs()
    {
        ulong before = 0;
        for (ulong seconds = SettleFrom - 4_000; seconds < SettleFrom + 600; seconds++)
        {
            ulong span = Hour.SpanAt(seconds);
            bool begins = seconds > SettleFrom - 4_000 && seconds <= SettleFrom && Hour.NextSpan(seconds - 1) == seconds;

            Assert.True(span == before + (begins || span > before ? 1UL : 0UL), $"{seconds}: {span} after {before}");
            Assert.True(!begins || span > before, $"a look at {seconds} finds no new span");
            before = span;
        }
    }

    [Fact]
    public void SpansAfterTheDeadline_AreFew_HoweverLongNobodySettles()
    {
        Assert.Equal(Hour.SpanAt(SettleFrom) + 1, Hour.SpanAt(SettleFrom + 60));
        Assert.InRange(Hour.SpanAt(SettleFrom + (7 * 86_400)) - Hour.SpanAt(SettleFrom), 10UL, 16UL);
    }

    [Theory]
    [InlineData(0UL, 3_600UL, 0UL)]
    [InlineData(0UL, 3_600UL, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, 86_400UL, 0UL)]
    [InlineData(ulong.MaxValue, 86_400UL, ulong.MaxValue)]
    [InlineData(30UL, 60UL, 10UL)]
    public void TimesThatALyingEndpointNames_AreHarmless(ulong settleFrom, ulong margin, ulong now)
    {
        var schedule = new ChallengeSchedule(settleFrom, margin);

        Assert.True(schedule.SpanAt(now) >= 0);
        Assert.True(schedule.NextSpan(now) <= settleFrom);
    }
}
