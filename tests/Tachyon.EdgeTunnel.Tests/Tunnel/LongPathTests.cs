using Tachyon.EdgeTunnel.Tests.Tunnel.Honest;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>
/// A path of 100 or 200 ms carries 60 or 30 MB/s, 6 MB per round trip: credit, signing ahead, the crossing rules and the windows of
/// streams leave room for it. In virtual time, so it is the same on any machine; the speed of real nodes is `./bench.sh longpath`.
/// </summary>
public sealed class LongPathTests
{
    [Theory]
    [InlineData(100, 60, false)]
    [InlineData(100, 60, true)]
    [InlineData(200, 30, false)]
    [InlineData(200, 30, true)]
    public void Stream_OverALongPath_IsNotHeldToACheckpointPerRoundTrip(int roundTripMs, int leastMBPerSecond, bool upload)
    {
        using var path = EnginePath.Start(TimeSpan.FromMilliseconds(roundTripMs), upload);

        // A new channel earns its credit first; the rate and with it the signing ahead follow.
        path.Run(TimeSpan.FromSeconds(4));
        var before = path.DeliveredBytes;
        path.Run(TimeSpan.FromSeconds(12));

        var perSecond = (path.DeliveredBytes - before) / 12 / 1_000_000;
        Assert.True(perSecond >= leastMBPerSecond, $"{perSecond} MB/s over {roundTripMs} ms: {path.State}");
    }

    [Theory]
    [InlineData(100, 60, false)]
    [InlineData(100, 60, true)]
    [InlineData(200, 30, false)]
    [InlineData(200, 30, true)]
    public async Task Session_ThroughADelayingForwarder_MovesAsMuchInOneStream(int roundTripMs, int leastMBPerSecond, bool upload)
    {
        const int Seconds = 3;
        var (client, target) = (new FlowEndpoint(gives: upload), new FlowEndpoint(gives: !upload));
        await using var world = new HonestSessions(TimeSpan.FromMilliseconds(roundTripMs / 2))
        {
            Step = TimeSpan.FromMilliseconds(10),
            LinkBytes = 64_000_000,
        };
        await world.ConnectAsync(target.AsExit());
        await world.OpenAsync(client);

        // Credit is earned and the stream's window grows.
        await world.RunAsync(TimeSpan.FromMilliseconds(25 * roundTripMs));
        var before = client.TakenBytes + target.TakenBytes;
        await world.RunAsync(TimeSpan.FromSeconds(Seconds));

        var perSecond = (client.TakenBytes + target.TakenBytes - before) / Seconds / 1_000_000;
        Assert.True(perSecond >= leastMBPerSecond, $"{perSecond} MB/s over {roundTripMs} ms: {world.Describe()}");
    }
}
