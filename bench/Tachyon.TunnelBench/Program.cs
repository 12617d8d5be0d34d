using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Tachyon.TunnelBench;
using Tachyon.TunnelBench.LongPaths;
using Tachyon.TunnelBench.Nodes;
using Tachyon.TunnelBench.Routes;

[assembly: SupportedOSPlatform("linux")]

const int RoutePorts = 18_560;

using var stopping = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

switch (args)
{
    case ["provide", var directory, var port, var metering]:
        await BenchNode.ProvideAsync(directory, int.Parse(port), metering == "metered", stopping.Token);
        return 0;
    case ["connect", var directory, var port, var socksPort, var metering]:
        await BenchNode.ConnectAsync(directory, int.Parse(port), int.Parse(socksPort), metering == "metered", stopping.Token);
        return 0;
    case ["longpath", .. var rest] when BenchOptions.TryParse(rest, BenchOptions.Default with { Runs = 3, StreamMB = 600 }) is { } longPath:
        return await new LongPathRun(longPath).RunAsync(stopping.Token) ? 0 : 1;
    case ["route", .. var rest] when BenchOptions.TryParse(rest, BenchOptions.Default with { StreamMB = 300 }) is { } route:
        await new RouteBench(route.Runs, route.StreamMB, RoutePorts).RunAsync(stopping.Token);
        return 0;
    case ["provide-tun", var directory, var listen]:
        await BenchTun.ProvideAsync(directory, IPEndPoint.Parse(listen), stopping.Token);
        return 0;
    case ["connect-tun", var directory, var provider]:
        await BenchTun.ConnectAsync(directory, IPEndPoint.Parse(provider), stopping.Token);
        return 0;
}

if (BenchOptions.TryParse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(BenchOptions.Usage);
    return 2;
}

return await new TunnelRun(options).RunAsync(stopping.Token) ? 0 : 1;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
