using Spectre.Console;

namespace Tachyon.Demo;

/// <summary>A route: a consumer buys from an exit that does not know it, through a relay, paid by a proxy.</summary>
/// <param name="options">what the command line asked for</param>
/// <param name="console">where progress and receipts go</param>
/// <param name="onSettled">called at the end with everything still running</param>
internal sealed class RouteRun(DemoOptions options, IAnsiConsole console, Func<RouteStage, CancellationToken, Task>? onSettled = null)
    : LocalRun(options, console)
{
    private static readonly TimeSpan ClaimLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ClaimInterval = TimeSpan.FromMilliseconds(500);

    // In tens of MB, as a lock's capacity must be, with some room.
    private int Capacity => (Options.Megabytes + Math.Max(50, Options.Megabytes / 10) + 9) / 10 * 10;

    protected override async Task<bool> RunStepsAsync(string directory, CancellationToken stop)
    {
        SayPlan();
        using var stage = await RouteStage.StartAsync(Processes, directory, Ports, Capacity, Say, stop);
        var (silo, relay, exit, consumer) = (stage.Silo, stage.Relay, stage.Exit, stage.Consumer);
        using var ledger = await ChainLedger.OpenAsync(stage.Chain, stage.Parties.Select(party => (party.Key, party.Value)), stop);
        var before = await ledger.ReadBalancesAsync(stop);
        await stage.ConnectAsync(stop);
        var channels = (await consumer.TryGetStatusAsync(stop))!.Channels;
        var direct = channels.Single(channel => channel is { Kind: "direct", Phase: "active" });
        var @lock = channels.Single(channel => channel is { Kind: "lock", Phase: "active" });
        Say($"consumer (A): {consumer.Address}, routed; channel {direct.ChannelId} pays the relay, lock {@lock.ChannelId} the proxy");

        var unchanged = await DownloadAsync(consumer, exit, null, stop);
        Say("closing the lock at a whole step of 10 MB, and the channel with the relay; then the exit claims from its pool");
        await consumer.CloseAsync(@lock.ChannelId, stop);
        await consumer.CloseAsync(direct.ChannelId, stop);
        await relay.WaitUntilSettledAsync(direct.ChannelId, stop);
        var counted = await PayExitAsync(silo, exit, ledger, before, stop);

        var receipt = new RouteReceipt(await ledger.ReadEventsAsync(stop), counted, await ledger.CompareAsync(before, stop), ledger.Supply) { Parties = stage.Parties };
        receipt.Print(Out);
        var succeeded = Conclude(
            receipt.Faults(),
            unchanged,
            "all adds up: the file is unchanged, 110 % came in through the lock, the exit has 100 % of what it served, the balances make up the token");
        if (onSettled is not null)
        {
            await onSettled(stage, stop);
        }

        SayWhatIsKept(
            ("chain (RPC)", stage.Chain.Rpc), ("deployment", stage.Chain.DeploymentFile), ("proxy's gateway", silo.GatewayUrl),
            ("consumer (A) data", consumer.DataDirectory), ("relay (B) data", relay.DataDirectory), ("exit (C) data", exit.DataDirectory));
        return succeeded;
    }

    private void SayPlan()
    {
        Say("the route:   consumer (A) ── bytes ──▶ relay (B), which cannot read them ──▶ exit (C) ──▶ web server");
        Say("its payment: consumer (A) ── lock ──▶ proxy (F) ── pool ──▶ exit (C), which does not learn of A");
    }

    // A pool goes on after a route. What it owes the exit is claimed on chain, so that the receipt shows it.
    private static async Task<ulong> PayExitAsync(
        SiloNode silo, EdgeNode exit, ChainLedger ledger, IReadOnlyList<TokenAmount> before, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(ClaimLimit);
        var pool = (await exit.TryGetStatusAsync(stop))!.Channels.Single(channel => channel.Kind == "pool");
        await silo.ClaimAsync(pool.ChannelId, stop);
        while ((await ledger.CompareAsync(before, stop)).Single(balance => balance.Holder == "exit") is var balance && balance.After == balance.Before)
        {
            if (limit.IsCancellationRequested)
            {
                throw new DemoFailure("the exit was not paid within a minute of the claim.");
            }

            await Task.Delay(ClaimInterval, stop);
        }

        return pool.OwnBytes;
    }
}
