using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>Units cost their receiver a signature and a place in the journal for ever: without traffic they are few.</summary>
public sealed class UnitFloodTests : UnitEngineFixture
{
    [Fact]
    public async Task Provider_UnitsWithoutTraffic_HangsUpAndSignsNoMore()
    {
        var provider = await StartAsync(Test.Provider);

        var sent = Flood(provider, from: 1, most: 3_000);

        Assert.Equal(GoodbyeReason.ProtocolViolation, Host.Failed?.Reason);
        Assert.InRange(sent, 900ul, 1_100ul);
        Assert.True(provider.Stats().UnitsSigned <= (long)sent);

        // Nor does another connection begin anew.
        provider.Stop();
        Host = new RecordingHost();
        Connect(provider, []);
        Assert.InRange(Flood(provider, from: sent + 1, most: 100), 0ul, 1ul);
    }

    [Fact]
    public async Task Provider_UnitForEverySmallPayload_IsServedOn()
    {
        var provider = await StartAsync(Test.Provider);

        for (ulong index = 1; index <= 2_000; index++)
        {
            Assert.Equal(16_000, provider.AdmitSend(16_000));
            Send(provider, Unit(index, index * 16_000) with { CounterUnit = provider.Evidence.Own?.Unit.StructHash() ?? default }, Test.Consumer);
        }

        Assert.Null(Host.Failed);
        Assert.Equal(32_000_000ul, provider.Stats().PeerUnitBytes);
    }

    // How many units were sent until the session failed.
    private ulong Flood(UnitEngine provider, ulong from, ulong most)
    {
        ulong sent = 0;
        while (sent < most && Host.Failed is null)
        {
            Send(provider, Unit(from + sent, 1_000) with { CounterUnit = provider.Evidence.Own?.Unit.StructHash() ?? default }, Test.Consumer);
            sent++;
        }

        return sent;
    }
}
