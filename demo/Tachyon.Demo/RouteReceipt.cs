using System.Globalization;
using System.Numerics;
using Spectre.Console;
using Tachyon.Chain;
using Tachyon.Protocol;

namespace Tachyon.Demo;

/// <summary>What a route cost and paid, read from the chain: the relay's channel, the lock, and the pool that paid the exit.</summary>
internal sealed record RouteReceipt(
    IReadOnlyList<ChainEvent> Events,
    ulong CountedBytes,
    IReadOnlyList<(string Holder, TokenAmount Before, TokenAmount After)> Balances,
    TokenAmount Supply)
{
    private const ulong StepBytes = 10_000_000;

    private ChannelOpened Direct => OpenedBetween("consumer", "relay", ChannelKind.Direct);

    private ChannelOpened Lock => OpenedBetween("consumer", "proxy", ChannelKind.Lock);

    private ChannelOpened Pool => OpenedBetween("proxy", "exit", ChannelKind.Direct);

    private ChannelClosed DirectClosed => Events.OfType<ChannelClosed>().Single(closed => closed.Channel == Direct.Channel);

    private ChannelClosed LockClosed => Events.OfType<ChannelClosed>().Single(closed => closed.Channel == Lock.Channel);

    private ulong PoolPaidBytes => Events.OfType<ChannelClaimed>().Where(claimed => claimed.Channel == Pool.Channel).Max(claimed => claimed.BytesPaid);

    private TokenAmount RelayPaid => Gained("relay");

    private TokenAmount ExitPaid => Gained("exit");

    private TokenAmount LockPaid => Lock.Terms.Price(LockClosed.BytesUsed);

    private TokenAmount PoolDeposit => Pool.Terms.Deposit(Pool.Terms.CapacityBytes);

    /// <summary>Who is who in this run.</summary>
    public required IReadOnlyDictionary<string, Address> Parties { get; init; }

    /// <summary>What does not add up, a line each; empty when all does.</summary>
    public IEnumerable<string> Faults()
    {
        if (RelayPaid != Direct.Terms.Price(DirectClosed.BytesUsed))
        {
            yield return $"the relay was paid {RelayPaid} base units for {DirectClosed.BytesUsed} bytes";
        }

        if (LockClosed.BytesUsed % StepBytes != 0 || LockClosed.BytesUsed < CountedBytes)
        {
            yield return $"the lock was closed at {LockClosed.BytesUsed} bytes, and {CountedBytes} were counted";
        }

        if (PoolPaidBytes < CountedBytes || PoolPaidBytes > CountedBytes + ProtocolConstants.CheckpointBytes + ProtocolConstants.BytesPerKB)
        {
            yield return $"the exit was paid for {PoolPaidBytes} bytes, and {CountedBytes} were counted";
        }

        var spent = Before("consumer") - After("consumer");
        if (spent != RelayPaid + LockPaid)
        {
            yield return $"the consumer spent {spent} base units, but relay and lock took {RelayPaid + LockPaid}";
        }

        if (After("proxy") + PoolDeposit != Before("proxy") + LockPaid)
        {
            yield return $"the proxy has {After("proxy")} base units, had {Before("proxy")}, deposited {PoolDeposit} and got {LockPaid}";
        }

        // Ten of the 110 % are the proxy's, and what the last step holds beyond what the exit was promised.
        if (ExitPaid < Pool.Terms.Price(CountedBytes) || new TokenAmount(ExitPaid.BaseUnits * 11) > new TokenAmount(LockPaid.BaseUnits * 10))
        {
            yield return $"the exit was paid {ExitPaid} base units for {CountedBytes} bytes, out of {LockPaid}";
        }

        var held = new TokenAmount(Balances.Aggregate(BigInteger.Zero, (sum, balance) => sum + balance.After.BaseUnits));
        if (held != Supply)
        {
            yield return $"the balances add up to {held} base units, but there are {Supply}";
        }
    }

    public void Print(IAnsiConsole console)
    {
        console.Write(new Rule("receipts") { Justification = Justify.Left });
        Lines(
            console,
            ("A, consumer", $"spent {(Before("consumer") - After("consumer")).ToTokens()} IPX: {RelayPaid.ToTokens()} to B, and {LockPaid.ToTokens()} to F"),
            ("B, relay", $"has {RelayPaid.ToTokens()} IPX from A for {Bytes(DirectClosed.BytesUsed)} bytes that it carried and could not read"),
            ("", $"channel A–B {Direct.Channel}"),
            ("F, proxy", $"has {LockPaid.ToTokens()} IPX from A: 110 % of the price of {Bytes(LockClosed.BytesUsed)} bytes, in whole steps of 10 MB, so that they tell nothing"),
            ("", $"lock A–F {Lock.Channel}"),
            ("", $"paid {ExitPaid.ToTokens()} of it on to C, keeps {(LockPaid - ExitPaid).ToTokens()}; {(PoolDeposit - ExitPaid).ToTokens()} IPX stay in its pool for other routes"),
            ("C, exit", $"has {ExitPaid.ToTokens()} IPX from F, the full price of {Bytes(PoolPaidBytes)} bytes: {Bytes(CountedBytes)} served, the rest signed ahead, at most 5 MB"),
            ("", $"pool F–C {Pool.Channel}, which names A nowhere"));
        var balances = new Table().Border(TableBorder.Rounded).AddColumn("IPX of")
            .AddColumn(new TableColumn("before").RightAligned()).AddColumn(new TableColumn("after").RightAligned());
        foreach (var (holder, before, after) in Balances)
        {
            balances.AddRow(holder, before.ToTokens(), after.ToTokens());
        }

        console.Write(balances);
    }

    // Past the console's wrapping, like every line that someone may copy from.
    private static void Lines(IAnsiConsole console, params (string Name, string Value)[] lines)
    {
        foreach (var (name, value) in lines)
        {
            console.Profile.Out.Writer.WriteLine($"{name,-14}{value}");
        }
    }

    private static string Bytes(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private ChannelOpened OpenedBetween(string consumer, string provider, ChannelKind kind) => Events.OfType<ChannelOpened>().Single(opened =>
        opened.Terms.Consumer == Parties[consumer] && opened.Terms.Provider == Parties[provider] && opened.Terms.Kind == kind);

    private TokenAmount Gained(string holder) => After(holder) - Before(holder);

    private TokenAmount Before(string holder) => Balances.Single(balance => balance.Holder == holder).Before;

    private TokenAmount After(string holder) => Balances.Single(balance => balance.Holder == holder).After;
}
