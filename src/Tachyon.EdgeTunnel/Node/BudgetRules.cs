using System.Numerics;
using Tachyon.EdgeTunnel.Config;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>What was signed for within a period.</summary>
internal readonly record struct Spending(ulong Bytes, TokenAmount Tokens);

/// <summary>The arithmetic of budgets, without clock or journal.</summary>
internal static class BudgetRules
{
    /// <summary>How many bytes may still be signed for at this price, in whole KB.</summary>
    public static ulong RemainingBytes(Budget budget, Spending spent, TokenAmount pricePerMB)
    {
        if (budget.Bytes is { } bytes)
        {
            return ByteCounts.RoundDownToKB(bytes - Math.Min(bytes, spent.Bytes));
        }

        var left = budget.Tokens!.Value.BaseUnits - spent.Tokens.BaseUnits;
        var affordable = left <= 0 ? BigInteger.Zero : left * ProtocolConstants.BytesPerMB / pricePerMB.BaseUnits;
        return ByteCounts.RoundDownToKB((ulong)BigInteger.Min(affordable, ProtocolConstants.MaxCapacityBytes));
    }

    /// <summary>The first day of the period that a day lies in.</summary>
    public static DateOnly StartOf(BudgetPeriod period, DateOnly day) =>
        period == BudgetPeriod.Month ? new DateOnly(day.Year, day.Month, 1) : day;

    /// <summary>The first day after the period.</summary>
    public static DateOnly EndOf(BudgetPeriod period, DateOnly day) =>
        period == BudgetPeriod.Month ? new DateOnly(day.Year, day.Month, 1).AddMonths(1) : day.AddDays(1);
}
