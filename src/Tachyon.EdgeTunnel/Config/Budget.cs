using System.Globalization;
using Tachyon.Protocol.Amounts;

namespace Tachyon.EdgeTunnel.Config;

/// <summary>What a budget is counted over.</summary>
internal enum BudgetPeriod
{
    Invalid = 0,

    /// <summary>From the start of the node to its end.</summary>
    Session = 1,

    /// <summary>A day, UTC.</summary>
    Day = 2,

    /// <summary>A calendar month, UTC.</summary>
    Month = 3,
}

/// <summary>What a consumer may sign for within a period: bytes or tokens.</summary>
/// <param name="Period">The period.</param>
/// <param name="Bytes">The most bytes; null where the budget is in tokens.</param>
/// <param name="Tokens">The most tokens; null where it is in bytes.</param>
internal sealed record Budget(BudgetPeriod Period, ulong? Bytes, TokenAmount? Tokens)
{
    public string Limit => Bytes is { } bytes
        ? $"{(bytes / 1e6).ToString("0.###", CultureInfo.InvariantCulture)} MB"
        : $"{Tokens!.Value.ToTokens()} IPX";

    /// <summary>A parser of amounts such as 5GB or 2.5IPX, for one period.</summary>
    public static SettingParser<Budget> ParserFor(BudgetPeriod period) => (string text, out Budget value, out string reason) =>
    {
        // What may be in flight when a consumer stops, is held back from the budget: see BudgetRules.
        const ulong leastBytes = 10_000_000;
        value = new Budget(period, 0, null);
        reason = "must be an amount of bytes of at least 10MB, e.g. 5GB, or of tokens above 0, e.g. 2.5IPX";
        if (text.EndsWith("IPX", StringComparison.OrdinalIgnoreCase))
        {
            var valid = TokenAmount.TryParseTokens(text[..^3].Trim(), out var tokens) && !tokens.IsZero;
            value = new Budget(period, null, tokens);
            return valid;
        }

        if (!ByteAmounts.TryParse(text, out var bytes) || bytes < leastBytes)
        {
            return false;
        }

        value = new Budget(period, bytes, null);
        return true;
    };
}
