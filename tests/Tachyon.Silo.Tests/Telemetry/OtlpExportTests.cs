using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Telemetry;

/// <summary>A collector in this process gets what a silo sends.</summary>
public sealed class OtlpExportTests
{
    [Fact]
    public async Task MetricsAndTraces_ReachTheCollector_WithItsHeaders_AndWithoutAnyId()
    {
        var received = new ConcurrentQueue<(string Path, string? Token, string Body)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, context.Request.Headers["x-token"], Encoding.Latin1.GetString(body.ToArray())));
        });
        await collector.StartAsync();
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.Combine("headers"), "x-token=abc\n");

        await using var silo = await TestSilo.StartAsync(changes:
        [
            ("Telemetry:OtlpEndpoint", collector.Urls.First()), ("Telemetry:OtlpHeadersFile", directory.Combine("headers")),
            ("Telemetry:MetricsPeriod", "00:00:01"), ("Telemetry:TraceShare", "1"),
        ]);
        using var consumer = await silo.ConnectAsync(1);
        using var provider = await silo.ConnectAsync(2);
        var (terms, channelId) = await silo.OpenActiveAsync(consumer, provider);
        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(consumer.Unit(terms, 1, 1_000), null)]));

        string[] metrics =
        [
            "tachyon.gateway.connections", "tachyon.gateway.request.duration", "tachyon.gateway.units.received", "tachyon.channels.units.kept",
            "tachyon.storage.commit.size", "tachyon.outbox.open", "tachyon.silo.ready",
            "tachyon.providers.slots", "tachyon.channels.unclaimed", "tachyon.channels.used", "tachyon.channels.earned", "tachyon.channels.phase",
            "tachyon.channels.disputed", "tachyon.storage.probe.duration",
        ];
        foreach (var metric in metrics)
        {
            await Eventually.TrueAsync(() => received.Any(sent => sent.Path == "/v1/metrics" && sent.Body.Contains(metric, StringComparison.Ordinal)), metric);
        }

        await Eventually.TrueAsync(() => received.Any(sent => sent.Path == "/v1/traces" && sent.Body.Contains("SubmitUnits", StringComparison.Ordinal)), "a trace");
        await AssertOneTraceThroughTheGrainsAsync(consumer, terms);
        Assert.All(received, sent => Assert.Equal("abc", sent.Token));
        Assert.DoesNotContain(received, sent => sent.Path == "/v1/metrics" && sent.Body.Contains(channelId.ToString(), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What an edge asks and the calls of grains that come of it belong to one trace.</summary>
    private static async Task AssertOneTraceThroughTheGrainsAsync(TestEdge consumer, Terms terms)
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "tachyon.gateway" or "Microsoft.Orleans.Application",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await consumer.AskAsync(new SubmitUnits([new ChannelUnits(consumer.Unit(terms, 2, 2_000), null)]));

        await Eventually.TrueAsync(
            () => ended.Where(activity => activity.Source.Name == "tachyon.gateway")
                .Any(request => ended.Any(call => call.Source.Name != request.Source.Name && call.TraceId == request.TraceId)),
            "a trace from the gateway into the grains");
    }

    [Fact]
    public async Task Collector_ThatIsDown_HarmsNothing()
    {
        await using var silo = await TestSilo.StartAsync(changes:
        [
            ("Telemetry:OtlpEndpoint", $"http://127.0.0.1:{FreePort.Next()}"), ("Telemetry:MetricsPeriod", "00:00:01"), ("Telemetry:TraceShare", "1"),
        ]);
        using var edge = await silo.ConnectAsync(1);

        Assert.IsType<Accepted>(await edge.AskAsync(Heartbeat.Instance));
    }

    [Theory]
    [InlineData("Telemetry:OtlpEndpoint", "collector:4317")]
    [InlineData("Telemetry:TraceShare", "1.5")]
    [InlineData("Telemetry:OtlpTransport", "udp")]
    public void Settings_ThatMeanNothing_AreRefused(string setting, string value)
    {
        var given = TestSilo.Settings("data");
        given[setting] = value;
        SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(given).Build(), out var faults);

        Assert.Equal(setting, Assert.Single(faults).Setting);
    }
}
