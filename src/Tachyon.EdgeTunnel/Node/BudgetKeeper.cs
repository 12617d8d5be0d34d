using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>A budget as it stands.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Spent">What was signed for within its period.</param>
/// <param name="EndsAt">When the period ends; null for a session's.</param>
internal sealed record BudgetStanding(Budget Budget, Spending Spent, DateTimeOffset? EndsAt);

/// <summary>
/// Keeps a consumer within its budgets: what it may still sign for on a channel. Spent is what its newest units state, since
/// that is what a provider can be paid for, used or not.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class BudgetKeeper(
    IReadOnlyList<Budget> budgets, ChannelBook book, EdgeJournal journal, Func<ChannelId, ulong> signedBytesOf, TimeProvider time)
{
    private static readonly BudgetPeriod[] Kept = [BudgetPeriod.Day, BudgetPeriod.Month];

    private readonly ConcurrentDictionary<(ChannelId, BudgetPeriod), SpendMark> _marks = new(
        journal.SpendMarks.Load().Select(mark => KeyValuePair.Create((mark.ChannelId, mark.Period), mark)));

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>How each budget stands.</summary>
    public IReadOnlyList<BudgetStanding> Standings => [.. budgets.Select(budget => new BudgetStanding(budget, SpentOn(budget.Period), EndOf(budget.Period)))];

    /// <summary>
    /// Notes where each period begins on each channel, durable on return. To be called before anything is signed in a process,
    /// on a new channel and in a new period. Also without budgets: one set later in a month counts the whole of it.
    /// </summary>
    public async Task MarkAsync()
    {
        foreach (var channel in book.All.Where(channel => channel.Role == SessionRole.Consumer))
        {
            _marks.TryAdd((channel.ChannelId, BudgetPeriod.Session), MarkOf(channel.ChannelId, BudgetPeriod.Session));
            foreach (var period in Kept)
            {
                var startedOn = BudgetRules.StartOf(period, Today);
                if (_marks.TryGetValue((channel.ChannelId, period), out var known) && known.StartedOn == startedOn)
                {
                    continue;
                }

                var mark = MarkOf(channel.ChannelId, period);
                await journal.SpendMarks.SaveAsync(mark);
                _marks[(channel.ChannelId, period)] = mark;
            }
        }
    }

    /// <summary>What the channel's units may state at most; <see cref="ulong.MaxValue"/> without budgets.</summary>
    public ulong LimitOf(ChannelRecord channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return budgets.Count == 0 ? ulong.MaxValue : signedBytesOf(channel.ChannelId) + Tightest(channel.Terms.PricePerMB).Bytes;
    }

    /// <summary>The budget that leaves the least at this price, with what it leaves; null without budgets.</summary>
    public (ulong Bytes, BudgetStanding Standing)? TightestOf(TokenAmount pricePerMB) => budgets.Count == 0 ? null : Tightest(pricePerMB);

    /// <summary>What to tell whoever waits for a budget.</summary>
    public static string Describe(BudgetStanding standing)
    {
        ArgumentNullException.ThrowIfNull(standing);
        var spent = standing.Budget.Bytes is null
            ? $"{standing.Spent.Tokens.ToTokens()} IPX"
            : $"{(standing.Spent.Bytes / 1e6).ToString("0.###", CultureInfo.InvariantCulture)} MB";
        var period = standing.Budget.Period.ToString().ToLowerInvariant();
        var next = standing.EndsAt is { } at
            ? $"the next {period} begins at {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC"
            : "start the node again to spend more";
        return $"the budget of {standing.Budget.Limit} per {period} is spent: {spent} are signed for, and the rest is held back for what may be in flight; {next}";
    }

    private (ulong Bytes, BudgetStanding Standing) Tightest(TokenAmount pricePerMB) => Standings
        .Select(standing => (Bytes: BudgetRules.RemainingBytes(standing.Budget, standing.Spent, pricePerMB), standing))
        .MinBy(candidate => candidate.Bytes);

    private SpendMark MarkOf(ChannelId channelId, BudgetPeriod period) =>
        new(channelId, period, BudgetRules.StartOf(period, Today), signedBytesOf(channelId));

    private Spending SpentOn(BudgetPeriod period)
    {
        var bytes = 0UL;
        var tokens = BigInteger.Zero;
        foreach (var channel in book.All.Where(channel => channel.Role == SessionRole.Consumer))
        {
            var signed = signedBytesOf(channel.ChannelId);
            var before = _marks.TryGetValue((channel.ChannelId, period), out var mark) ? Math.Min(mark.SignedBytes, signed) : signed;
            bytes += signed - before;
            tokens += channel.Terms.Price(signed).BaseUnits - channel.Terms.Price(before).BaseUnits;
        }

        return new Spending(bytes, TokenAmount.FromBaseUnits(tokens));
    }

    private DateTimeOffset? EndOf(BudgetPeriod period) => period == BudgetPeriod.Session
        ? null
        : new DateTimeOffset(BudgetRules.EndOf(period, Today).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
