using System.Numerics;
using Tachyon.EdgeTunnel.Config;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>What was signed for within a period.</summary>
internal readonly record struct Spending(ulong Bytes, TokenAmount Tokens)
{
    public static Spending operator +(Spending one, Spending other) => new(one.Bytes + other.Bytes, one.Tokens + other.Tokens);
}

/// <summary>The arithmetic of budgets, without clock or journal.</summary>
internal static class BudgetRules
{
    /// <summary>How many bytes may still be signed for at this price, in whole KB. What a lock signs for costs its proxy's part besides.</summary>
    public static ulong RemainingBytes(Budget budget, Spending spent, TokenAmount pricePerMB, ChannelKind kind = ChannelKind.Direct)
    {
        if (budget.Bytes is { } bytes)
        {
            return ByteCounts.RoundDownToKB(bytes - Math.Min(bytes, spent.Bytes));
        }

        var left = budget.Tokens!.Value.BaseUnits - spent.Tokens.BaseUnits;
        var percent = kind == ChannelKind.Lock ? ProtocolConstants.LockPercent : 100;
        var affordable = left <= 0 ? BigInteger.Zero : left * ProtocolConstants.BytesPerMB * 100 / (pricePerMB.BaseUnits * percent);
        return ByteCounts.RoundDownToKB((ulong)BigInteger.Min(affordable, ProtocolConstants.MaxCapacityBytes));
    }

    /// <summary>The first day of the period that a day lies in.</summary>
    public static DateOnly StartOf(BudgetPeriod period, DateOnly day) =>
        period == BudgetPeriod.Month ? new DateOnly(day.Year, day.Month, 1) : day;

    /// <summary>The first day after the period.</summary>
    public static DateOnly EndOf(BudgetPeriod period, DateOnly day) =>
        period == BudgetPeriod.Month ? new DateOnly(day.Year, day.Month, 1).AddMonths(1) : day.AddDays(1);
}
