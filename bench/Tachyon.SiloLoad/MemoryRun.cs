using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.Grains;
using Tachyon.Grains.Channels;
using Tachyon.Grains.Hosting;
using Tachyon.Grains.Storage;

namespace Tachyon.SiloLoad;

/// <summary>A silo in this process, whose channels are put into its storage, woken by a pair of units each, and left alone.</summary>
internal static class MemoryRun
{
    private const int Channels = 10_000;
    private const int WarmUpChannels = 200;
    private static readonly TimeSpan ShortestIdleAge = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan CollectionLimit = TimeSpan.FromMinutes(4);

    /// <param name="port">The first of two ports for the silo.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<ChannelMemory> MeasureAsync(int port, CancellationToken stop)
    {
        var directory = Directory.CreateTempSubdirectory("tachyon-silo-memory-");
        try
        {
            var chain = new SimulatedChain(new SimulatedChainOptions { StartSeconds = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() });
            using var account = new AccountSigner(Keccak256.HashText("memory operator").ToArray());
            using var host = Build(port, Path.Combine(directory.FullName, "silo.db"), chain, account);
            await host.StartAsync(stop);
            var figures = await MeasureAsync(host.Services, chain.Domain, stop);
            await host.StopAsync(CancellationToken.None);
            return figures;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<ChannelMemory> MeasureAsync(IServiceProvider services, Eip712Domain domain, CancellationToken stop)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        var storage = services.GetRequiredKeyedService<IGrainStorage>(GrainsOptions.StorageName);
        var watcher = new Watcher();
        var observer = grains.CreateObjectReference<IChannelObserver>(watcher);

        // Code, pools and caches that the first channels make are the runtime's, not theirs.
        await RunAsync(Channels, WarmUpChannels);
        var before = HeapBytes();
        await RunAsync(0, Channels);
        var active = HeapBytes();

        var started = Stopwatch.GetTimestamp();
        long idle;
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(5), stop);
            idle = HeapBytes();
            await Console.Error.WriteLineAsync($"after {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s alone: {(idle - before) / Channels} of {(active - before) / Channels} bytes for each channel");
        }
        while (idle - before > (active - before) / 20 && Stopwatch.GetElapsedTime(started) < CollectionLimit);
        GC.KeepAlive(watcher);
        return new ChannelMemory((double)(active - before) / Channels, (double)(idle - before) / Channels);

        // Many at once, so that their writes share the waits for the disk.
        async Task RunAsync(int first, int count) => await Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = stop },
            async (number, _) => await WakeAsync(grains, storage, domain, observer, number));
    }

    private static async Task WakeAsync(IGrainFactory grains, IGrainStorage storage, Eip712Domain domain, IChannelObserver observer, int number)
    {
        using var consumer = new KeySigner(Keccak256.HashText($"memory consumer {number / LoadOptions.ChannelsPerProvider}").ToArray());
        using var provider = new KeySigner(Keccak256.HashText($"memory provider {number / LoadOptions.ChannelsPerProvider}").ToArray());
        var terms = new Terms(
            consumer.Address, provider.Address, 1_000_000_000, new TokenAmount(1_000_000_000_000_000), 10_000, ChannelKind.Direct, Keccak256.HashText($"memory {number}"));
        var id = terms.ChannelId(domain);
        var channel = grains.Channel(id);
        await storage.WriteStateAsync(
            "channel",
            channel.GetGrainId(),
            new GrainState<ChannelRecord>(new ChannelRecord { Terms = terms, Phase = ChannelPhase.Active, CapacityBytes = terms.CapacityBytes, LastEventBlock = 1 }));

        var unit = new UsageUnit(id, 1, 1_000_000, terms.Consumer, terms.Provider, 1_760_000_000_000, default);
        var result = await channel.SubmitUnits(new UnitBatch
        {
            ConsumerUnits = [SignedUnit.Sign(unit, consumer, domain)],
            ProviderUnits = [SignedUnit.Sign(unit, provider, domain)],
        });
        if (!result.Accepted)
        {
            throw new LoadFailure($"a unit was refused: {result.Refusal}");
        }

        await channel.Subscribe(observer);
    }

    private static IHost Build(int port, string database, ISettlementChain chain, IAccountSigner account)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton(chain);
        builder.Services.AddSingleton(account);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, port + 1)
            .AddSqliteGrainStorage(GrainsOptions.StorageName, storage => storage.Path = database)
            .UseSqliteReminders(reminders => reminders.Path = database)
            .Configure<GrainCollectionOptions>(collection => collection.CollectionQuantum = TimeSpan.FromSeconds(5))
            .AddTachyonGrains(options => options.ChannelIdleAge = ShortestIdleAge));
        return builder.Build();
    }

    private static long HeapBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private sealed class Watcher : IChannelObserver
    {
        public Task ChannelChanged(Tachyon.Grains.ChannelView view) => Task.CompletedTask;

        public Task OperationChanged(IntentView intent) => Task.CompletedTask;

        public Task ClosureOffered(ClosureOffer offer) => Task.CompletedTask;
    }
}
