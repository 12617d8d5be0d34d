using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Orleans;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using ChannelView = Tachyon.Grains.ChannelView;

namespace Tachyon.Benchmarks;

/// <summary>
/// A whole silo: 100,000 providers that announce and are heard from, and what a million channels on disk change about
/// starting and looking up.
/// </summary>
internal static class SiloDirectory
{
    private const int Providers = DirectoryBenchmarks.Providers;
    private const int KnownChannels = 1_000_000;
    private const int AtOnce = 256;
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("tachyon-directory-");
        try
        {
            var chain = new SimulatedChain(new SimulatedChainOptions { StartSeconds = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() });
            var few = Path.Combine(directory.FullName, "few.db");
            var channel = await OpenOneAsync(few, chain);
            var many = Path.Combine(directory.FullName, "many.db");
            File.Copy(few, many);
            AddChannels(many);
            await CompareAsync(few, many, channel, chain);
            await MeasureProvidersAsync(Path.Combine(directory.FullName, "providers.db"), chain);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            directory.Delete(recursive: true);
        }
    }

    // A real channel, whose record is then copied a million times.
    private static async Task<ChannelId> OpenOneAsync(string path, SimulatedChain chain)
    {
        await using var silo = await BenchSilo.StartAsync(path, chain);
        using var account = new AccountSigner(Keccak256.HashText("benchmark consumer").ToArray());
        chain.Fund(account.Address, Fixture.Terms.Deposit(1_000_000_000));
        var terms = Fixture.Terms with { Consumer = account.Address, CapacityBytes = 1_000_000_000 };
        using var consumer = new ConsumerAccount(chain, account);
        var opened = await consumer.OpenAsync(terms);
        if (!opened.Succeeded)
        {
            throw new InvalidOperationException($"The channel to measure with was not opened: {opened.Refusal}.");
        }

        var id = terms.ChannelId(chain.Domain);
        while (await silo.Grains.Channel(id).View() is null)
        {
            await silo.Grains.ChainFeed(chain.Deployment.PaymentChannels).Wake();
            await Task.Delay(20);
        }

        return id;
    }

    private static void AddChannels(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path}");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.CommandText = """
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $count)
            INSERT INTO grain_state (state_name, grain_id, version, record)
            SELECT state_name, substr(grain_id, 1, instr(grain_id, '0x') + 1) || lower(hex(randomblob(32))), version, record
            FROM grain_state, numbers WHERE state_name = 'channel'
            """;
        insert.Parameters.AddWithValue("$count", KnownChannels);
        var added = insert.ExecuteNonQuery();
        transaction.Commit();
        if (added != KnownChannels)
        {
            throw new InvalidOperationException($"{added} channel records were added, not {KnownChannels}.");
        }
    }

    private static async Task CompareAsync(string few, string many, ChannelId channel, SimulatedChain chain)
    {
        // In turns, so that whatever else the machine does meets both; the first round warms up.
        List<Start> withFew = [];
        List<Start> withMany = [];
        for (var round = 0; round <= Rounds; round++)
        {
            withFew.Add(await StartAsync(few, channel, chain));
            withMany.Add(await StartAsync(many, channel, chain));
        }

        var (start, startMany) = (Median(withFew, run => run.ReadyMs), Median(withMany, run => run.ReadyMs));
        var (lookup, lookupMany) = (Median(withFew, run => run.LookUpUs), Median(withMany, run => run.LookUpUs));
        Console.WriteLine(
            $"start_ms={start:0} start_million_ms={startMany:0} start_ratio={startMany / start:0.00} "
            + $"silo_lookup_us={lookup:0} silo_lookup_million_us={lookupMany:0} lookup_ratio={lookupMany / lookup:0.00}");
    }

    private static async Task<Start> StartAsync(string path, ChannelId channel, SimulatedChain chain)
    {
        var started = Stopwatch.GetTimestamp();
        await using var silo = await BenchSilo.StartAsync(path, chain);
        ChannelView? view = await silo.Grains.Channel(channel).View();
        var readyMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (view is null)
        {
            throw new InvalidOperationException("The silo has lost the channel to measure with.");
        }

        await ForAllAsync(1_000, number => RegisterAsync(silo.Grains, number));
        List<double> lookUps = [];
        for (var i = 0; i < 500; i++)
        {
            lookUps.Add(await LookUpAsync(silo.Grains, i));
        }

        return new Start(readyMs, Median(lookUps, us => us));
    }

    private static async Task MeasureProvidersAsync(string path, SimulatedChain chain)
    {
        await using var silo = await BenchSilo.StartAsync(path, chain);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var announcing = await TimeAsync(number => silo.Grains.Provider(DirectoryBenchmarks.Numbered(number)).Announce(DirectoryBenchmarks.Entry(number).Offer, observer: null));
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        var beating = await TimeAsync(number => silo.Grains.Provider(DirectoryBenchmarks.Numbered(number)).Heartbeat(observer: null));
        List<double> lookUps = [];
        for (var i = 0; i < 2_000; i++)
        {
            lookUps.Add(await LookUpAsync(silo.Grains, i));
        }

        Console.WriteLine(
            $"providers={Providers} announce_per_s={Providers / announcing:0} heartbeat_per_s={Providers / beating:0} "
            + $"bytes_per_live_provider={bytes / Providers} providers_lookup_us={Median(lookUps, us => us):0}");
    }

    private static async Task<double> TimeAsync(Func<int, Task<AnnounceResult>> ask)
    {
        var started = Stopwatch.GetTimestamp();
        await ForAllAsync(Providers, async number =>
        {
            if (await ask(number) is { Refusal: not AnnounceRefusal.None } refused)
            {
                throw new InvalidOperationException($"Provider {number} is refused: {refused.Refusal}.");
            }
        });
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static Task<bool> RegisterAsync(IGrainFactory grains, int number)
    {
        DirectoryEntry entry = DirectoryBenchmarks.Entry(number);
        return grains.DirectoryShardOf(entry.Provider).Register(entry with { LiveUntilMs = ulong.MaxValue });
    }

    private static async Task<double> LookUpAsync(IGrainFactory grains, int number)
    {
        var query = new DirectoryQuery { Target = DirectoryBenchmarks.Numbered(-1 - number), Count = 8, MaxPricePerMB = new TokenAmount(500_000) };
        var started = Stopwatch.GetTimestamp();
        DirectoryEntry[] found = await grains.FindClosestProviders(query);
        var us = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        return found.Length == 8 ? us : throw new InvalidOperationException($"A look-up found {found.Length} providers, not 8.");
    }

    private static Task ForAllAsync(int count, Func<int, Task> work) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) => await work(number));

    private static double Median<T>(IReadOnlyList<T> runs, Func<T, double> figure)
    {
        double[] sorted = [.. runs.Select(figure).Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed record Start(double ReadyMs, double LookUpUs);
}
