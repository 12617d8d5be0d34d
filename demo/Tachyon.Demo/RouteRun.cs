using Spectre.Console;

namespace Tachyon.Demo;

/// <summary>A route from an empty directory to receipts: consumer, relay, exit, and the silo's operator as the proxy.</summary>
/// <param name="options">what the command line asked for</param>
/// <param name="console">where progress and receipts go</param>
internal sealed class RouteRun(DemoOptions options, IAnsiConsole console)
{
    private static readonly TimeSpan ClaimLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ClaimInterval = TimeSpan.FromMilliseconds(500);

    private readonly DemoPorts ports = new(options.PortBase);
    private readonly ProcessGroup processes = new();
    private string directory = "";

    /// <returns>Whether file, payments and balances are all as they must be.</returns>
    /// <exception cref="DemoFailure">A step failed.</exception>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        ports.EnsureFree();
        directory = Directory.CreateTempSubdirectory("tachyon-route-").FullName;
        var kept = false;
        try
        {
            var succeeded = await RunStepsAsync(stop);
            kept = options.Keep;
            return succeeded;
        }
        finally
        {
            if (!kept)
            {
                await processes.StopAllAsync();
            }
        }
    }

    private async Task<bool> RunStepsAsync(CancellationToken stop)
    {
        Say($"logs and data: {directory}");
        using var stage = await RouteStage.StartAsync(processes, directory, ports, Capacity, Say, stop);
        var (silo, relay, exit, consumer) = (stage.Silo, stage.Relay, stage.Exit, stage.Consumer);
        using var ledger = await ChainLedger.OpenAsync(stage.Chain, stage.Parties.Select(party => (party.Key, party.Value)), stop);
        var before = await ledger.ReadBalancesAsync(stop);
        await stage.ConnectAsync(stop);
        var channels = (await consumer.TryGetStatusAsync(stop))!.Channels;
        var direct = channels.Single(channel => channel is { Kind: "direct", Phase: "active" });
        var @lock = channels.Single(channel => channel is { Kind: "lock", Phase: "active" });
        Say($"consumer (A): {consumer.Address}, routed; channel {direct.ChannelId}, lock {@lock.ChannelId}");

        var unchanged = await new FileDownload(console, processes, In, ports, options.Bytes, null).RunAsync(consumer, exit, stop);
        await consumer.CloseAsync(@lock.ChannelId, stop);
        await consumer.CloseAsync(direct.ChannelId, stop);
        await relay.WaitUntilSettledAsync(direct.ChannelId, stop);
        var counted = await PayExitAsync(silo, exit, ledger, before, stop);

        var receipt = new RouteReceipt(await ledger.ReadEventsAsync(stop), counted, await ledger.CompareAsync(before, stop), ledger.Supply) { Parties = stage.Parties };
        receipt.Print(console);
        string[] faults = [.. receipt.Faults(), .. unchanged ? Array.Empty<string>() : ["the file arrived changed: its SHA-256 differs"]];
        foreach (var fault in faults)
        {
            console.MarkupLineInterpolated($"[red]fault: {fault}[/]");
        }

        if (faults.Length == 0)
        {
            Say("all adds up: the file is unchanged, 110 % came in through the lock, the exit has 100 % of what it served, the balances make up the token");
        }

        if (options.Keep)
        {
            Say($"left running, as --keep asked; stop it all with: kill {string.Join(' ', processes.Ids)}");
        }

        return faults.Length == 0;
    }

    // In tens of MB, as a lock's capacity must be, with some room.
    private int Capacity => (options.Megabytes + Math.Max(50, options.Megabytes / 10) + 9) / 10 * 10;

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

    private string In(string name) => Path.Combine(directory, name);

    // Past the console's wrapping: addresses and paths must stay whole, to be copied.
    private void Say(string line) => console.Profile.Out.Writer.WriteLine(line);
}
