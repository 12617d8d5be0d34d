using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Evidence;

namespace Tachyon.Protocol.Tests.Evidence.Simulation;

/// <summary>Two honest peers never end in a dispute or a stall, whatever breaks in between.</summary>
public class HonestPeersTests
{
    private const ulong MB = 1_000_000;

    private static readonly Gen<TroubleAt> Troubles =
        from after in Gen.Choose(10, 1_500)
        from kind in Gen.Choose(1, 6)
        from size in Gen.Choose(-100_000, 100_000)
        select new TroubleAt((ulong)after, (Trouble)kind, size);

    private static readonly Gen<Scenario> Connections =
        from seed in Gen.Choose(0, int.MaxValue)
        from tolerance in Gen.Elements(0u, 1_000u, 10_000u, 50_000u)
        from delay in Gen.Choose(0, 250)
        from chunk in Gen.Elements(100, 1_400, 16_000, 64_000, 200_000)
        from upstream in Gen.Elements(0, 3, 50, 100)
        from ahead in Gen.Elements(0, 0, 500, 5_000)
        from troubles in Troubles.ArrayOf().Resize(8)
        select new Scenario(seed, tolerance, false, 0, delay, chunk, upstream, ahead, troubles);

    /// <summary>Paths so long that ten megabytes are on their way at once, and with them several checkpoints' units.</summary>
    private static readonly Gen<Scenario> LongPaths =
        from connection in Connections
        from delay in Gen.Choose(50, 400)
        from ahead in Gen.Elements(1_000, 5_000)
        select connection with
        {
            DelayMs = delay,
            SignAheadKB = ahead,
            UnderWayKB = 20_000,
            ChunkBytes = Math.Max(connection.ChunkBytes, 16_000),
        };

    private static readonly Gen<Scenario> Datagrams =
        from connection in Connections
        from lossShare in Gen.Choose(0, 80)
        from tolerance in Gen.Elements(1_000u, 10_000u, 50_000u)
        select connection with
        {
            Datagrams = true,
            TolerancePpm = tolerance,
            LossPpm = (int)tolerance * lossShare / 100,
            ChunkBytes = 1_400,
            SignAheadKB = 0,
        };

    [Fact]
    public void HonestPeers_OverConnectionsThatBreak_MoveAllTrafficAndSettle() =>
        Properties.Hold(Connections, MovesAllTrafficAndSettles, cases: 120);

    [Fact]
    public void HonestPeers_OverLongPathsThatBreak_MoveAllTrafficAndSettle() =>
        Properties.Hold(LongPaths, MovesAllTrafficAndSettles, cases: 60);

    [Fact]
    public void HonestPeers_OverDatagramsThatGetLostWithinTheTolerance_MoveAllTrafficAndSettle() =>
        Properties.Hold(Datagrams, MovesAllTrafficAndSettles, cases: 40);

    [Fact]
    public void HonestPeers_LosingAlmostTheToleranceForever_NeverRunOutOfConcessions()
    {
        // Seven times what may be conceded is lost in all, so the provider's write-offs must carry it.
        var scenario = new Scenario(1, 50_000, true, 40_000, 20, 16_000, 0, 0, []);
        var simulation = new ChannelSimulation(scenario, TestKeys.Terms(1_000 * MB, scenario.TolerancePpm));
        simulation.Demand(900 * MB);

        Assert.True(simulation.RunUntil(() => simulation.IsIdle, 3_600_000), Describe(simulation, "traffic stalled"));
        Assert.True(simulation.Down.LostPayloadBytes > 33 * MB);
        Assert.Equal(0, simulation.Leaves);
        Assert.True(simulation.Consumer.Ledger.NewestOwn!.Unit.BytesUsed < 880 * MB, "the consumer paid for what was lost");
    }

    private static bool MovesAllTrafficAndSettles(Scenario scenario)
    {
        ulong demand = scenario.ChunkBytes < 1_000 ? 2 * MB : 40 * MB;
        var simulation = new ChannelSimulation(scenario, TestKeys.Terms(tolerancePpm: scenario.TolerancePpm));

        foreach (TroubleAt trouble in scenario.Troubles)
        {
            simulation.Demand(demand / 8);
            simulation.Run(trouble.AfterMs);
            simulation.Meet(trouble);
        }

        // From here on nothing breaks any more: everything must come through, without anyone leaving.
        simulation.Run(61_000);
        int leavesBefore = simulation.Leaves;
        simulation.Demand(demand);
        bool moved = simulation.RunUntil(() => simulation.IsIdle, 600_000);
        simulation.Consumer.Ledger.WantUnit();
        bool settled = simulation.RunUntil(() => simulation.IsIdle && simulation.Consumer.Ledger.IsSettled, 60_000);

        if (simulation.IsConcessionExhausted)
        {
            return IsLossBeyondWhatMayBeConceded(simulation, scenario);
        }

        Assert.True(moved, Describe(simulation, "traffic stalled"));
        Assert.True(settled, Describe(simulation, "the consumer did not settle"));
        Assert.Equal(leavesBefore, simulation.Leaves);
        Assert.Equal(LedgerPhase.Serving, simulation.Consumer.Ledger.Phase);
        Assert.Equal(LedgerPhase.Serving, simulation.Provider.Ledger.Phase);
        return true;
    }

    /// <summary>Leaving is right only where more was lost than the allowances so far and one checkpoint.</summary>
    private static bool IsLossBeyondWhatMayBeConceded(ChannelSimulation simulation, Scenario scenario)
    {
        ulong lost = simulation.Down.LostPayloadBytes + simulation.Consumer.ForgottenBytes;
        Assert.True(lost > 5 * MB, Describe(simulation, $"the consumer left although only {lost} bytes were lost"));
        return scenario.TolerancePpm <= ProtocolConstants.MaxTolerancePpm;
    }

    private static string Describe(ChannelSimulation simulation, string what) =>
        $"{what}: consumer own {simulation.Consumer.Ledger.OwnCountBytes}, owed {simulation.Consumer.Ledger.OwedBytes}, "
        + $"unit {simulation.Consumer.Ledger.NewestOwn?.Unit}, "
        + $"{simulation.Consumer.Ledger.State.Counts}; "
        + $"provider {simulation.Provider.Ledger.State.Counts}, unit {simulation.Provider.Ledger.NewestPeer?.Unit}, "
        + $"missing {simulation.Provider.Ledger.MissingBytes}, credit {simulation.Provider.Ledger.CreditBytes}, "
        + $"paused {simulation.Provider.Ledger.IsPaused}, leaves {simulation.Leaves}, "
        + $"waiting {simulation.Consumer.WaitingBytes} up, {simulation.Provider.WaitingBytes} down, {simulation.Provider.HeldBytes} held";
}
