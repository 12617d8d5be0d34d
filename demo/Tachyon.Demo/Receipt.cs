using System.Globalization;
using System.Numerics;
using Spectre.Console;
using Tachyon.Chain;

namespace Tachyon.Demo;

/// <summary>What a channel's life cost and paid, read from the chain and from both edges.</summary>
internal sealed record Receipt(
    ChannelOpened Opened,
    ChannelClosed Closed,
    EdgeChannel Consumer,
    EdgeChannel Provider,
    IReadOnlyList<(string Name, ulong GasUsed)> Transactions,
    IReadOnlyList<(string Holder, TokenAmount Before, TokenAmount After)> Balances,
    TokenAmount Supply)
{
    private Terms Terms => Opened.Terms;

    private TokenAmount Deposit => Terms.Deposit(Terms.CapacityBytes);

    /// <summary>What the provider has more than before.</summary>
    private TokenAmount Paid => After("provider") - Before("provider");

    /// <summary>What came back to the consumer of its deposit.</summary>
    private TokenAmount Refunded => Deposit - (Before("consumer") - After("consumer"));

    /// <summary>What does not add up, a line each; empty when all does.</summary>
    public IEnumerable<string> Faults()
    {
        var price = new TokenAmount(Closed.BytesUsed * Terms.PricePerMB.BaseUnits / 1_000_000);
        if (Paid != price)
        {
            yield return $"the provider was paid {Paid} base units, but {Closed.BytesUsed} bytes × price are {price}";
        }

        if (Paid + Refunded != Deposit)
        {
            yield return $"{Paid} paid and {Refunded} refunded base units are not the deposit of {Deposit}";
        }

        var counted = Math.Max(Consumer.OwnBytes, Provider.OwnBytes);
        if (Closed.BytesUsed != (counted + 999) / 1_000 * 1_000)
        {
            yield return $"closed at {Closed.BytesUsed} bytes, but the consumer counts {Consumer.OwnBytes} and the provider {Provider.OwnBytes}";
        }

        var held = new TokenAmount(Balances.Aggregate(BigInteger.Zero, (sum, balance) => sum + balance.After.BaseUnits));
        if (held != Supply)
        {
            yield return $"the balances add up to {held} base units, but there are {Supply}";
        }
    }

    public void Print(IAnsiConsole console)
    {
        console.Write(new Rule("receipt") { Justification = Justify.Left });
        Lines(
            console,
            ("channel", $"{Opened.Channel}"),
            ("consumer's count", $"{Bytes(Consumer.OwnBytes)} bytes, {Consumer.UnitsSigned} units signed, {Consumer.UnitsVerified} verified"),
            ("provider's count", $"{Bytes(Provider.OwnBytes)} bytes, {Provider.UnitsSigned} units signed, {Provider.UnitsVerified} verified"),
            ("agreed", $"{Bytes(Closed.BytesUsed)} bytes, {Consumer.Checkpoints} checkpoints"),
            ("price", $"{Terms.PricePerMB.ToTokens()} IPX per MB"),
            ("paid", $"{Paid.ToTokens()} IPX"),
            ("refunded", $"{Refunded.ToTokens()} IPX of the deposit of {Deposit.ToTokens()} IPX"));

        var gas = new Table().Border(TableBorder.Rounded).AddColumn("transaction").AddColumn(new TableColumn("gas").RightAligned());
        foreach (var (name, used) in Transactions)
        {
            gas.AddRow(name, used.ToString("N0", CultureInfo.InvariantCulture));
        }

        var balances = new Table().Border(TableBorder.Rounded).AddColumn("IPX of")
            .AddColumn(new TableColumn("before").RightAligned()).AddColumn(new TableColumn("after").RightAligned());
        foreach (var (holder, before, after) in Balances)
        {
            balances.AddRow(holder, before.ToTokens(), after.ToTokens());
        }

        console.Write(gas);
        console.Write(balances);
    }

    // Past the console's wrapping, like every line that someone may copy from.
    private static void Lines(IAnsiConsole console, params (string Name, string Value)[] lines)
    {
        foreach (var (name, value) in lines)
        {
            console.Profile.Out.Writer.WriteLine($"{name,-18}{value}");
        }
    }

    private static string Bytes(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private TokenAmount Before(string holder) => Balances.Single(balance => balance.Holder == holder).Before;

    private TokenAmount After(string holder) => Balances.Single(balance => balance.Holder == holder).After;
}
