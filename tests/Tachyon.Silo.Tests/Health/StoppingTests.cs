using System.Net;
using System.Text.Json;
using Tachyon.Protocol.Gateway;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Health;

/// <summary>A silo that is told to stop is not ready first, serves on for a while, and then says goodbye.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task Stopping_TurnsReadinessOff_ServesOn_ThenTellsTheEdges()
    {
        await using var silo = await TestSilo.StartAsync(changes: ("Gateway:DrainTime", "00:00:03"));
        using var edge = await silo.ConnectAsync(1);
        await Eventually.TrueAsync(() => silo.Monitor.Health.IsReady, "a ready silo");

        var stopping = silo.StopAsync();
        using var answer = await silo.Http.GetAsync(new Uri("/v1/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.True(document.RootElement.GetProperty("stopping").GetBoolean());
        Assert.IsType<Accepted>(await edge.AskAsync(Heartbeat.Instance));

        Assert.Equal(GatewayErrorCode.Stopping, (await edge.EndAsync()).Code);
        await stopping;
    }
}
