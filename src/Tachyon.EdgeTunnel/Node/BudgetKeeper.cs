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
/// <remarks>
/// <para>On a route two channels are used at a time. Each is given a part of what is left, and never what another was given and has not
/// signed for yet: so it does not matter which of them is quicker.</para>
/// <para>Thread-safe.</para>
/// </remarks>
/// <param name="budgets">The budgets.</param>
/// <param name="book">The channels.</param>
/// <param name="journal">Where periods' beginnings are kept.</param>
/// <param name="signedBytesOf">What a channel's newest unit states.</param>
/// <param name="heldBytesOf">What a channel in use may sign for beyond that, by the limit that it was given.</param>
/// <param name="channelsAtOnce">How many channels are used at a time.</param>
/// <param name="time">The clock.</param>
internal sealed class BudgetKeeper(
    IReadOnlyList<Budget> budgets,
    ChannelBook book,
    EdgeJournal journal,
    Func<ChannelId, ulong> signedBytesOf,
    Func<ChannelId, ulong> heldBytesOf,
    uint channelsAtOnce,
    TimeProvider time)
{
    private static readonly BudgetPeriod[] Kept = [BudgetPeriod.Day, BudgetPeriod.Month];

    private readonly Lock _lock = new();
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
    /// <param name="channel">The channel.</param>
    /// <param name="give">Told the limit before another is worked out: what one channel was given, the next one is not.</param>
    public void Limit(ChannelRecord channel, Action<ulong> give)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(give);
        if (budgets.Count == 0)
        {
            give(ulong.MaxValue);
            return;
        }

        lock (_lock)
        {
            var (pricePerMB, kind) = (channel.Terms.PricePerMB, channel.Terms.Kind);
            var held = HeldElsewhere(channel.ChannelId);

            // Before the budgets are looked at: what is signed meanwhile counts as spent, and as this channel's own.
            var signed = signedBytesOf(channel.ChannelId);
            var left = Standings.Min(standing => Math.Min(
                PartOf(BudgetRules.RemainingBytes(standing.Budget, standing.Spent, pricePerMB, kind)),
                BudgetRules.RemainingBytes(standing.Budget, standing.Spent + held, pricePerMB, kind)));
            give(signed + left);
        }
    }

    /// <summary>The budget that leaves a channel the least at this price, with what it leaves; null without budgets.</summary>
    public (ulong Bytes, BudgetStanding Standing)? TightestOf(TokenAmount pricePerMB) => budgets.Count == 0 ? null : Standings
        .Select(standing => (Bytes: PartOf(BudgetRules.RemainingBytes(standing.Budget, standing.Spent, pricePerMB)), standing))
        .MinBy(candidate => candidate.Bytes);

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

    private ulong PartOf(ulong leftBytes) => ByteCounts.RoundDownToKB(leftBytes / channelsAtOnce);

    private Spending HeldElsewhere(ChannelId channelId)
    {
        var held = default(Spending);
        foreach (var other in book.All.Where(other => other.Role == SessionRole.Consumer && other.ChannelId != channelId))
        {
            var (bytes, signed) = (heldBytesOf(other.ChannelId), signedBytesOf(other.ChannelId));
            held += new Spending(bytes, other.Terms.Price(signed + bytes) - other.Terms.Price(signed));
        }

        return held;
    }

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
