namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>Closing where claims have paid for what was signed ahead: a closure below that would never settle, and lock the deposit.</summary>
public sealed class ClaimedClosureTests : UnitEngineFixture
{
    [Fact]
    public async Task Provider_ClosureBelowWhatIsPaid_IsRefusedUnsigned()
    {
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 4_000_000), Test.Consumer);
        provider.SeePaid(4_000_000);

        SendClosure(provider, 1_000_000, Test.Consumer);

        Assert.Contains("BelowPaid", Host.Failed?.Detail, StringComparison.Ordinal);
        Assert.Null(provider.Closures);
    }

    [Fact]
    public async Task Provider_ClosureThatAClaimOvertook_SignsAnotherAtWhatIsPaid()
    {
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 4_000_000), Test.Consumer);
        SendClosure(provider, 1_000_000, Test.Consumer);
        Assert.NotNull(provider.Closures);

        provider.SeePaid(4_000_000);
        SendClosure(provider, 4_000_000, Test.Consumer);

        Assert.Equal(4_000_000ul, provider.Closures?.Own.Closure.BytesUsed);
        Assert.Equal(4_000_000ul, provider.Closures?.Peer.Closure.BytesUsed);
        Assert.Null(Host.Failed);
    }

    [Fact]
    public async Task Provider_AnotherClosureWhileTheFirstCanSettle_IsRefused()
    {
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 4_000_000), Test.Consumer);
        SendClosure(provider, 1_000_000, Test.Consumer);
        provider.SeePaid(1_000_000);

        SendClosure(provider, 4_000_000, Test.Consumer);

        Assert.Contains("OtherClosureSigned", Host.Failed?.Detail, StringComparison.Ordinal);
        Assert.Equal(1_000_000ul, provider.Closures?.Own.Closure.BytesUsed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Consumer_WhoseUnitSignedAheadWasClaimed_ProposesWhatIsPaid(bool beforeTheClose)
    {
        // Signed ahead of everything used, and answered.
        var ahead = Unit(1, 4_000_000);
        var consumer = await StartAsync(Test.Consumer, Section(ahead, Test.Consumer));
        Send(consumer, Unit(1, 4_000_000) with { CounterUnit = ahead.StructHash() }, Test.Provider);
        if (beforeTheClose)
        {
            consumer.SeePaid(4_000_000);
            consumer.Quiesce(toClose: true);
        }
        else
        {
            consumer.Quiesce(toClose: true);
            AnswerClosure(consumer, ClosureOf(Host));
            Assert.Equal(0ul, consumer.Closures?.Own.Closure.BytesUsed);
            consumer.Stop();
            consumer.SeePaid(4_000_000);
            Host = new RecordingHost();
            Connect(consumer, []);
        }

        Assert.Equal(4_000_000ul, ClosureOf(Host).BytesUsed);
        Assert.Null(Host.Failed);
    }
}
