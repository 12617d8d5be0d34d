using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>Engines against peers that cheat: each ends in a typed error at the side that sees it, and nothing is signed for it.</summary>
public sealed class UnitEngineTests : UnitEngineFixture
{
    [Fact]
    public async Task Provider_UnitOfAnotherSigner_RefusesIt()
    {
        var provider = await StartAsync(Test.Provider);

        Send(provider, Unit(1, 50_000), Test.Stranger);

        Assert.Equal(GoodbyeReason.UnitRefused, Host.Failed?.Reason);
        Assert.Contains("BadSignature", Host.Failed?.Detail, StringComparison.Ordinal);
        Assert.Equal(0ul, provider.Stats().PeerUnitBytes);
        Assert.Equal(0, Host.UnitsDue);
    }

    [Fact]
    public async Task Provider_UnitOfAnotherChannel_RefusesIt()
    {
        using var other = new TestChannel(salt: 9);
        var provider = await StartAsync(Test.Provider);

        Send(provider, Unit(1, 50_000) with { ChannelId = other.Channel.ChannelId }, Test.Consumer);

        Assert.Equal(GoodbyeReason.UnitRefused, Host.Failed?.Reason);
        Assert.Equal(0ul, provider.Stats().PeerUnitBytes);
    }

    [Fact]
    public async Task Provider_HigherIndexWithFewerBytes_KeepsTheProofAndLeaves()
    {
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 50_000), Test.Consumer);

        Send(provider, Unit(2, 40_000), Test.Consumer);

        Assert.Equal(GoodbyeReason.Dispute, Host.Failed?.Reason);
        Assert.Contains("contradicted", Host.Failed?.Detail, StringComparison.Ordinal);
        Assert.Equal(50_000ul, provider.Stats().PeerUnitBytes);
        Assert.Equal(0, provider.AdmitSend(1_000));
    }

    [Fact]
    public async Task Provider_FarFutureTimestamp_IsNotTakenAndTheSessionLives()
    {
        var provider = await StartAsync(Test.Provider);

        Send(provider, Unit(1, 50_000) with { TimestampMs = NowMs + 61_000 }, Test.Consumer);
        Assert.Equal(0ul, provider.Stats().PeerUnitBytes);
        Assert.Equal(0, Host.UnitsDue);
        Assert.Null(Host.Failed);

        Send(provider, Unit(1, 50_000), Test.Consumer);
        Assert.Equal(50_000ul, provider.Stats().PeerUnitBytes);
    }

    [Fact]
    public async Task Provider_ReplayedUnit_SendsItsNewestAgainUnchanged()
    {
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 50_000), Test.Consumer);
        var first = TakeDue(provider);
        Send(provider, Unit(2, 60_000), Test.Consumer);
        var second = TakeDue(provider);

        Send(provider, Unit(1, 50_000), Test.Consumer);

        Assert.NotEqual(first, second);
        Assert.Equal(second, TakeDue(provider));
        Assert.Equal(60_000ul, provider.Stats().PeerUnitBytes);
        Assert.Equal(2, provider.Stats().UnitsSigned);
    }

    [Fact]
    public async Task Provider_UnsignedService_StopsAtTheCreditAndStatesItsCount()
    {
        var provider = await StartAsync(Test.Provider);
        Assert.Equal([FrameKind.UnitShown, FrameKind.Statement], Host.Posted.Select(frame => frame.Kind));

        long served = 0;
        int admitted;
        while ((admitted = provider.AdmitSend(64 * 1024)) > 0)
        {
            served += admitted;
        }

        Assert.InRange(served, 256_000 - 4_096, 256_000 + 5_000); // credit, and the allowance of 1,000 ppm
        Assert.True(provider.Stats().IsPaused);
        Assert.Equal(3, Host.Posted.Count);
        Assert.False(provider.TryCountReceived(64 * 1024));

        Send(provider, Unit(1, (ulong)(served + 999) / 1_000 * 1_000), Test.Consumer);
        Assert.Equal(1, Host.Resumes);
        Assert.Equal(64 * 1024, provider.AdmitSend(64 * 1024));
    }

    [Fact]
    public async Task Provider_PausedTooLong_LeavesInOrder()
    {
        var provider = await StartAsync(Test.Provider);
        while (provider.AdmitSend(64 * 1024) > 0)
        {
        }

        provider.Tick(TimeSpan.Zero);
        Assert.Null(Host.Ended);
        Time.Advance(TimeSpan.FromSeconds(31));
        provider.Tick(TimeSpan.Zero);

        Assert.Equal(GoodbyeReason.PauseTimedOut, Host.Ended?.Reason);
    }

    [Fact]
    public async Task Provider_ClosureBelowItsCount_IsRefusedUnsigned()
    {
        var provider = await StartAsync(Test.Provider);
        Assert.Equal(50_000, provider.AdmitSend(50_000));

        Assert.True(SendClosure(provider, 10_000, Test.Consumer));

        Assert.Equal(GoodbyeReason.Dispute, Host.Failed?.Reason);
        Assert.Null(provider.Closures);
        Assert.DoesNotContain(Host.Posted, frame => frame.Kind == FrameKind.ClosureSigned);
    }

    [Fact]
    public async Task Provider_ClosureOfAnotherSigner_IsRefusedUnsigned()
    {
        var provider = await StartAsync(Test.Provider);

        SendClosure(provider, 0, Test.Stranger);

        Assert.Equal(GoodbyeReason.Dispute, Host.Failed?.Reason);
        Assert.Null(provider.Closures);
    }

    [Fact]
    public async Task Provider_ClosureAskedForTwice_GivesTheSameOne()
    {
        var provider = await StartAsync(Test.Provider);

        SendClosure(provider, 0, Test.Consumer);
        SendClosure(provider, 0, Test.Consumer);

        var closures = Host.Posted.Where(frame => frame.Kind == FrameKind.ClosureSigned).ToArray();
        Assert.Equal(2, closures.Length);
        Assert.Equal(closures[0].Payload, closures[1].Payload);
    }

    [Fact]
    public async Task Provider_Statement_IsNotTheConsumersToMake()
    {
        var provider = await StartAsync(Test.Provider);

        Assert.False(provider.TryHandle(FrameKind.Statement, new byte[8]));
    }

    [Fact]
    public async Task Consumer_UnitAboveItsCount_IsADispute()
    {
        var consumer = await StartAsync(Test.Consumer);
        Assert.Equal(100_000, consumer.AdmitSend(100_000));

        Send(consumer, Unit(1, 90_000_000), Test.Provider);

        Assert.Equal(GoodbyeReason.Dispute, Host.Failed?.Reason);
        Assert.Equal(100_000ul, consumer.Stats().OwnBytes);
        Assert.Equal(0, consumer.AdmitSend(1_000));
    }

    [Fact]
    public async Task Consumer_Unanswered_StopsSendingAtTwoCheckpointsAndLeaves()
    {
        var consumer = await StartAsync(Test.Consumer);
        long sent = 0;
        int admitted;
        while ((admitted = consumer.AdmitSend(64 * 1024)) > 0)
        {
            sent += admitted;
        }

        Assert.InRange(sent, 9_900_000, 10_000_000);
        Assert.True(consumer.Stats().IsPaused);
        Assert.True(consumer.Stats().OwnUnitBytes < 10_000_000);
        consumer.Tick(TimeSpan.Zero);
        Time.Advance(TimeSpan.FromSeconds(31));
        consumer.Tick(TimeSpan.Zero);
        Assert.Equal(GoodbyeReason.PauseTimedOut, Host.Ended?.Reason);
    }

    [Fact]
    public async Task Consumer_Unanswered_SendsTheSameUnitAgain()
    {
        var consumer = await StartAsync(Test.Consumer);
        consumer.AdmitSend(64_000);
        var first = TakeDue(consumer);

        Time.Advance(TimeSpan.FromMilliseconds(150));
        consumer.Tick(TimeSpan.Zero);
        Assert.Null(TryTakeDue(consumer));
        Time.Advance(TimeSpan.FromMilliseconds(100));
        consumer.Tick(TimeSpan.Zero);

        Assert.Equal(first, TakeDue(consumer));
    }

    [Fact]
    public async Task Unit_BeforeItIsDurable_DoesNotLeave()
    {
        Journal.Holds = true;
        var consumer = await StartAsync(Test.Consumer);
        consumer.AdmitSend(64_000);
        Assert.Null(TryTakeDue(consumer));

        // Not even as a resend.
        Time.Advance(TimeSpan.FromSeconds(1));
        consumer.Tick(TimeSpan.Zero);
        Assert.Null(TryTakeDue(consumer));

        Journal.Commit();
        await Eventually.TrueAsync(() => TryTakeDue(consumer) is not null, "the unit is due");
    }

    [Fact]
    public async Task Consumer_WhileAUnitIsOnItsWayToTheDisk_SignsNoOther_AndThenOneForAll()
    {
        Journal.Holds = true;
        var consumer = await StartAsync(Test.Consumer);
        for (var i = 0; i < 10; i++)
        {
            consumer.AdmitSend(64_000);
        }

        Assert.Equal(1, consumer.Stats().UnitsSigned);
        Journal.Commit();
        await Eventually.TrueAsync(() => consumer.Stats().UnitsSigned == 2, "the rest is signed");
        Assert.Equal(1ul, new UnitSection(TakeDue(consumer)).Index);

        Journal.Commit();
        await Eventually.TrueAsync(() => consumer.Evidence.Own?.Unit.Index == 2, "it is durable");
        Assert.Equal(640_000ul, new UnitSection(TakeDue(consumer)).BytesUsed);
        Assert.Null(TryTakeDue(consumer));
    }
}
