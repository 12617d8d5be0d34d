using System.Net;
using System.Net.Http.Json;
using Tachyon.Silo.Health;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Health;

public sealed class SiloMonitorTests
{
    [Fact]
    public async Task Silo_WhoseChainGoesAwayAndComesBack_SaysReadyOnlyWhileItIsThere()
    {
        await using var silo = await TestSilo.StartAsync();
        await ReadyAsync(silo, true);

        silo.Chain.Faults.Down = true;
        var down = await ReadyAsync(silo, false);
        Assert.NotNull(down.Chain);
        Assert.Null(down.Storage);
        Assert.Equal(HttpStatusCode.OK, (await silo.Http.GetAsync(new Uri("/v1/health", UriKind.Relative))).StatusCode);

        silo.Chain.Faults.Down = false;
        await ReadyAsync(silo, true);
    }

    private static Task<ReadyDocument> ReadyAsync(TestSilo silo, bool ready) => Eventually.ValueAsync(
        async () =>
        {
            using var answer = await silo.Http.GetAsync(new Uri("/v1/ready", UriKind.Relative));
            var document = await answer.Content.ReadFromJsonAsync<ReadyDocument>();
            Assert.Equal(document!.Ready ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            return document.Ready == ready ? document : null;
        },
        $"ready={ready}");
}
