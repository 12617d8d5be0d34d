using Tachyon.Chain;
using Tachyon.Demo;

namespace Tachyon.SiloLoad;

/// <summary>The whole benchmark: channels on a local chain, then the same three loads on fresh silo processes.</summary>
internal sealed class LoadRun(LoadOptions options, Action<string> say)
{
    /// <summary>Messages of each edge on their way at once when it sends as fast as it may.</summary>
    private const int BacklogMessages = 2;

    /// <summary>After so many units the silo runs compiled code: its last burst of compiling came after 280,000 of them.</summary>
    private const long WarmUpUnits = 480_000;

    private const int ConnectAtOnce = 16;
    private static readonly TimeSpan KnownLimit = TimeSpan.FromMinutes(2);

    private readonly ProcessGroup _processes = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("tachyon-silo-load-").FullName;
    private LocalChain _chain = null!;
    private Fleet _fleet = null!;
    private UnitBook _units = null!;

    /// <summary>Measures; the last thing it says is the result line.</summary>
    /// <exception cref="LoadFailure">Something did not work; logs stay in the directory that was named.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        say($"logs and data: {_directory}");
        try
        {
            var memory = await ChannelMemory.MeasureInProcessAsync(stop);
            say($"memory: {memory}");
            await PrepareAsync(stop);
            var results = new List<RunFigures>();
            for (var run = 1; run <= options.Runs; run++)
            {
                results.Add(await MeasureAsync(run, stop));
                say($"run {run}: {results[^1]}; what was acknowledged survived a kill");
            }

            Directory.Delete(_directory, recursive: true);
            say(RunFigures.Line(results, memory));
        }
        finally
        {
            await _processes.StopAllAsync();
        }
    }

    private async Task PrepareAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(In("chain"));
        _chain = await LocalChain.StartAsync(_processes, In("chain"), options.PortBase, stop);
        await _chain.DeployAsync(stop);
        var deployment = await Deployment.LoadAsync(_chain.DeploymentFile, stop);
        _fleet = new Fleet(options, deployment.Domain, Convert.FromHexString(LocalChain.DevelopmentKey.AsSpan(2)));
        _units = UnitBook.Open(_fleet, options.StepsPerChannel, say);
        UnitMessages.Check(_fleet, _units);
        await SiloProcess.PrepareAsync(In("operator"), _chain, stop);
        say($"opening {_fleet.Ids.Length} channels of {_fleet.Providers.Length} providers on anvil");
        await ChannelSeeding.OpenAllAsync(_fleet, _chain, deployment, stop);

        await using var silo = await StartAsync("seed", stop);
        await KnowAllAsync(silo, stop);
        say("the silo knows all channels");
    }

    private async Task<RunFigures> MeasureAsync(int run, CancellationToken stop)
    {
        var data = $"run{run}";
        CopyDirectory(In("seed"), In(data));
        EdgeLoad[] edges;
        RunFigures figures;
        await using (var silo = await StartAsync(data, stop))
        {
            edges = await ConnectAllAsync(silo, stop);
            var limit = VerifyLimit.Measure();

            // One message at a time with one unit of each side: each is newer than the last, so each must be checked.
            var verified = await Load.RunAsync(edges, silo, 1, _ => new Backlog(1), options.WarmUp, WarmUpUnits, options.Window, stop);
            say($"run {run}: every unit verified: {verified}");
            var after = VerifyLimit.Measure();
            var coalesced = await Load.RunAsync(
                edges, silo, options.PairsPerMessage, _ => new Backlog(BacklogMessages), options.WarmUp / 2, 0, options.Window, stop);
            say($"run {run}: coalesced: {coalesced}");
            var period = TimeSpan.FromSeconds(2.0 * _fleet.Ids.Length * options.PairsPerMessage / (coalesced.UnitsPerSecond / 2));
            var paced = await Load.RunAsync(
                edges, silo, options.PairsPerMessage, i => new Schedule(period * i / edges.Length, period), options.WarmUp / 2, 0, options.Window, stop);
            say($"run {run}: at half of that: {paced}");
            figures = new RunFigures(
                verified,
                (limit.VerifiesPerCpuSecond + after.VerifiesPerCpuSecond) / 2,
                (limit.RecoversPerCpuSecond + after.RecoversPerCpuSecond) / 2,
                coalesced,
                paced,
                silo.PeakMB);
            silo.Kill();
        }

        await CheckDurableAsync(data, edges, stop);
        Array.ForEach(edges, edge => edge.Dispose());
        return figures;
    }

    private async Task CheckDurableAsync(string data, EdgeLoad[] before, CancellationToken stop)
    {
        await using var silo = await StartAsync(data, stop);
        var after = await ConnectAllAsync(silo, stop);
        for (var i = 0; i < before.Length; i++)
        {
            await EdgeLoad.CheckDurableAsync(before[i], after[i], stop);
            after[i].Dispose();
        }
    }

    private async Task KnowAllAsync(SiloProcess silo, CancellationToken stop)
    {
        var edges = await ConnectAllAsync(silo, stop);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(KnownLimit);
        foreach (var edge in edges)
        {
            while (!await edge.AreActiveAsync(late.Token))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), late.Token);
            }

            edge.Dispose();
        }
    }

    private async Task<EdgeLoad[]> ConnectAllAsync(SiloProcess silo, CancellationToken stop)
    {
        var edges = new EdgeLoad[_fleet.Providers.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, edges.Length),
            new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce, CancellationToken = stop },
            async (i, token) => edges[i] = await EdgeLoad.ConnectAsync(_fleet, _units, options.StepsPerChannel, i, silo.Gateway, token));
        return edges;
    }

    private Task<SiloProcess> StartAsync(string data, CancellationToken stop) =>
        SiloProcess.StartAsync(In("operator"), In(data), _chain, options.PortBase, stop);

    private string In(string name) => Path.Combine(_directory, name);

    private static void CopyDirectory(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
