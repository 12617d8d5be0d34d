using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Gateway;

public sealed class SlowReaderTests
{
    [Fact]
    public async Task Edge_ThatReadsNothing_IsLetGoAndTheOthersAreServedOn()
    {
        await using var silo = await TestSilo.StartAsync(changes:
        [
            ("Gateway:MaxWaitingMessages", "64"), ("Gateway:SendTimeout", "00:00:01"),
            ("Gateway:RequestsPerSecond", "100000"), ("Gateway:RequestBurst", "1000000"),
        ]);
        using var honest = await silo.ConnectAsync(1);
        using var deaf = await silo.ConnectAsync(2);

        // Answers of 8 KB each, for channels of others: more than the network's buffers and the queue hold.
        var unit = new UsageUnit(default, 1, 1_000, Address.Zero, Address.Zero, 1, Bytes32.Zero);
        var channels = Enumerable.Repeat(new ChannelUnits(new SignedUnit(unit, default), null), GatewayLimits.MaxUnitsPerBatch);
        var request = GatewayCodec.Encode(1, new SubmitUnits([.. channels]));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                await deaf.SendAsync(request);
            }
        });

        await Eventually.TrueAsync(() => silo.Edges.Edges == 1, "the edge to be let go");
        Assert.IsType<Accepted>(await honest.AskAsync(Heartbeat.Instance));
    }
}
