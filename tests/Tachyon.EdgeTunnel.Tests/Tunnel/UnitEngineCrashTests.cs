using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>What a process killed at the worst moment loses: at most what it had not yet kept, and never a signature.</summary>
public sealed class UnitEngineCrashTests : UnitEngineFixture
{
    private const ulong MaxForgottenBytes = 256_000 + (64 * 1024);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Provider_Killed_ForgetsNoMoreThanAQuarterOfTheCreditThatWasEarned(bool upload)
    {
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 5_000_000), Test.Consumer);
        var served = Serve(provider, 3_700_000, upload);

        Journal = Journal.AfterCrash();
        Host = new RecordingHost();
        var restarted = await StartAsync(Test.Provider);

        const ulong QuarterBytes = 1_250_000 + (64 * 1024);
        Assert.True(restarted.Stats().OwnBytes >= served - QuarterBytes, $"{restarted.Stats().OwnBytes} of {served} bytes are remembered");
    }

    [Fact]
    public async Task Provider_KilledOverAndOver_ServesAStrangerNoMoreThanCreditAndWhatItForgot()
    {
        var served = 0ul;
        for (var life = 0; life < 10; life++)
        {
            var provider = await StartAsync(Test.Provider);
            served += Serve(provider, 1_000_000, upload: false);
            Journal = Journal.AfterCrash();
            Host = new RecordingHost();
        }

        Assert.InRange(served, 1ul, 256_000ul + MaxForgottenBytes);
    }

    [Fact]
    public async Task Consumer_Killed_ForgetsNoMoreThanTheFirstCredit()
    {
        var consumer = await StartAsync(Test.Consumer);
        for (var received = 0; received < 3_000_000; received += 50_000)
        {
            Assert.True(consumer.TryCountReceived(50_000));
        }

        Journal = Journal.AfterCrash();
        Host = new RecordingHost();
        var restarted = await StartAsync(Test.Consumer);

        Assert.True(restarted.Stats().OwnBytes >= 3_000_000 - MaxForgottenBytes);
    }

    [Fact]
    public async Task Provider_WhoseMachineLostItsPower_ServesNothingTwiceThatWasSignedAndForgetsNoMoreThanACheckpointBeyond()
    {
        Journal.Marks = true;
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 4_000_000), Test.Consumer);
        Send(provider, Unit(2, 8_000_000), Test.Consumer);

        // Ahead of use: forwarding goes on without a record, and without a wait for one, as far as was signed and a checkpoint more.
        Journal.Holds = true;
        var served = Serve(provider, 20_000_000, upload: false);
        Assert.InRange(served, 12_500_000ul, 13_000_000ul);

        Journal = Journal.AfterCrash(ofMachine: true);
        Host = new RecordingHost();
        var restarted = await StartAsync(Test.Provider);

        Assert.InRange(restarted.Stats().OwnBytes, Math.Max(8_000_000, served - 5_000_000), served);
    }

    [Fact]
    public async Task Provider_KilledWithUnitsAheadOfUse_CountsWhatWasUsedAndNoMore()
    {
        Journal.Marks = true;
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 4_000_000), Test.Consumer);
        var served = Serve(provider, 1_000_000, upload: false);

        Journal = Journal.AfterCrash();
        Host = new RecordingHost();
        var restarted = await StartAsync(Test.Provider);

        Assert.Equal(served, restarted.Stats().OwnBytes);
    }

    [Fact]
    public async Task Provider_JournalThatLags_HoldsForwardingBackUntilItHasCaughtUp()
    {
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 5_000_000), Test.Consumer);
        Journal.Holds = true;

        var served = Serve(provider, 10_000_000, upload: false);
        Assert.InRange(served, 3_500_000ul, 4_096_000ul);
        Assert.False(provider.TryCountReceived(64 * 1024));
        Assert.Equal(1, Journal.Waiting);

        // What is small enough to pass meanwhile must not make the one that waits be forgotten.
        Assert.True(provider.TryCountReceived(1));

        Journal.Commit();
        await Eventually.TrueAsync(() => Host.Resumes == 1, "the session is resumed");
        Assert.True(provider.TryCountReceived(64 * 1024));
    }

    [Fact]
    public async Task ProviderClosure_AskedForAgainBeforeItIsDurable_DoesNotLeave()
    {
        var provider = await StartAsync(Test.Provider);
        Journal.Holds = true;
        SendClosure(provider, 0, Test.Consumer);
        SendClosure(provider, 0, Test.Consumer);

        // The consumer's closure is durable, this side's is not.
        Journal.Commit(1);
        await Task.Yield();
        Assert.Null(provider.Closures);
        Assert.DoesNotContain(Host.Posted, frame => frame.Kind == FrameKind.ClosureSigned);

        Journal.Commit();
        await Eventually.TrueAsync(() => provider.Closures is not null, "both are durable");
        await Eventually.TrueAsync(() => Host.Posted.Exists(frame => frame.Kind == FrameKind.ClosureSigned), "the closure is sent");
    }

    [Fact]
    public async Task ConsumerClosure_OfASessionThatBroke_DoesNotLeaveWithTheNextBeforeItIsDurable()
    {
        var consumer = await StartAsync(Test.Consumer);
        Journal.Holds = true;
        consumer.Quiesce(toClose: true);
        consumer.Stop();
        Host = new RecordingHost();
        Connect(consumer, []);
        Assert.DoesNotContain(Host.Posted, frame => frame.Kind == FrameKind.ClosureSigned);

        Journal.Commit();
        await Eventually.TrueAsync(() => Host.Posted.Exists(frame => frame.Kind == FrameKind.ClosureSigned), "the closure is sent");
    }

    [Fact]
    public async Task Closure_ThatRanOutSignedByBoth_IsSignedAnewAtTheSameCount()
    {
        var consumer = await StartAsync(Test.Consumer);
        consumer.Quiesce(toClose: true);
        var first = ClosureOf(Host);
        AnswerClosure(consumer, first);
        Assert.NotNull(consumer.Closures);

        Time.Advance(TimeSpan.FromHours(13));
        Host = new RecordingHost();
        var restarted = await StartAsync(Test.Consumer);

        var second = ClosureOf(Host);
        Assert.Equal(first.BytesUsed, second.BytesUsed);
        Assert.True(second.ValidUntilSeconds > first.ValidUntilSeconds);
        Assert.Null(Host.Failed);
        AnswerClosure(restarted, second);
        Assert.Equal(second, restarted.Closures?.Peer.Closure);
    }

    [Fact]
    public async Task ProviderClosure_OfAnotherValidity_IsSignedAfterARestartToo()
    {
        var provider = await StartAsync(Test.Provider);
        SendClosure(provider, 0, Test.Consumer);

        Journal = Journal.AfterCrash();
        Host = new RecordingHost();
        Time.Advance(TimeSpan.FromHours(2));
        var restarted = await StartAsync(Test.Provider);
        SendClosure(restarted, 0, Test.Consumer, validSeconds: 40_000);

        Assert.Equal((NowMs / 1_000) + 40_000, restarted.Closures?.Own.Closure.ValidUntilSeconds);
        Assert.Equal(restarted.Closures?.Own.Closure, restarted.Closures?.Peer.Closure);
        Assert.Null(Host.Failed);
    }

    [Theory]
    [InlineData(60)] // over before it can be on chain: it would end service and settle nothing
    [InlineData(90_000)] // more than the contract takes
    public async Task ProviderClosure_ThatCannotSettle_IsRefusedAndNotKept(ulong validSeconds)
    {
        var provider = await StartAsync(Test.Provider);

        SendClosure(provider, 0, Test.Consumer, validSeconds);

        Assert.Equal(GoodbyeReason.Dispute, Host.Failed?.Reason);
        Assert.Null(await Journal.LoadPeerClosureAsync(Test.Channel.ChannelId, CancellationToken.None));
        Assert.Equal(1_000, provider.AdmitSend(1_000));
    }

    [Fact]
    public async Task Provider_KilledWithAMark_ForgetsNothingAndGivesAStrangerNoMoreThanItsCredit()
    {
        Journal.Marks = true;
        var served = 0ul;
        for (var life = 0; life < 10; life++)
        {
            var provider = await StartAsync(Test.Provider);
            Assert.Equal(served, provider.Stats().OwnBytes);
            Serve(provider, 1_000_000, upload: false);
            served = provider.Stats().OwnBytes;
            Journal = Journal.AfterCrash();
            Host = new RecordingHost();
        }

        Assert.InRange(served, 1ul, 261_000ul);
    }

    [Fact]
    public async Task Consumer_KilledWithAMark_ForgetsNothing()
    {
        Journal.Marks = true;
        Journal.Holds = true;
        var consumer = await StartAsync(Test.Consumer);
        for (var received = 0; received < 9_000_000; received += 50_000)
        {
            Assert.True(consumer.TryCountReceived(50_000));
        }

        Journal = Journal.AfterCrash();
        Host = new RecordingHost();

        Assert.Equal(9_000_000ul, (await StartAsync(Test.Consumer)).Stats().OwnBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Node_KilledWithAMark_ShowsTheWholeCountBeforeTheNextSession(bool consumer)
    {
        Journal.Marks = true;
        Journal.Holds = true;
        var signer = consumer ? Test.Consumer : Test.Provider;
        var before = await StartAsync(signer);
        Assert.True(before.TryCountReceived(50_000) && before.TryCountReceived(50_000));
        Journal = Journal.AfterCrash();

        using var engines = EnginesOf(signer);
        await engines.GetAsync(Test.Channel, CancellationToken.None);

        Assert.Equal(100_000ul, engines.Stats(Test.Channel.ChannelId)!.OwnBytes);
        Assert.Equal(1, Journal.MarksTaken);
    }

    [Fact]
    public async Task Mark_AfterASessionThatEnded_IsFreeOnlyOnceTheJournalHasTheCount()
    {
        Journal.Marks = true;
        var provider = await StartAsync(Test.Provider);
        Serve(provider, 100_000, upload: false);
        Journal.Holds = true;
        provider.Stop();
        Assert.Equal(1, Journal.MarksTaken);

        Journal.Commit();
        await Eventually.TrueAsync(() => Journal.MarksTaken == 0, "the mark is free");
        Journal = Journal.AfterCrash();
        Host = new RecordingHost();
        Assert.Equal(100_000ul, (await StartAsync(Test.Provider)).Stats().OwnBytes);
    }

    [Fact]
    public async Task Mark_OfASessionThatWasReplaced_GoesOnWithTheNext()
    {
        Journal.Marks = true;
        var provider = await StartAsync(Test.Provider);
        Serve(provider, 100_000, upload: false);
        Journal.Holds = true;
        provider.Stop();
        Host = new RecordingHost();
        Connect(provider, []);
        Journal.Commit();
        await Eventually.TrueAsync(() => Journal.Waiting == 0, "the journal has caught up");
        Serve(provider, 50_000, upload: false);

        Journal = Journal.AfterCrash();
        Host = new RecordingHost();
        Assert.Equal(150_000ul, (await StartAsync(Test.Provider)).Stats().OwnBytes);
    }

    private static ulong Serve(UnitEngine provider, ulong bytes, bool upload)
    {
        const int Part = 50_000;
        var served = 0ul;
        while (served < bytes && (upload ? provider.TryCountReceived(Part) : provider.AdmitSend(Part) == Part))
        {
            served += Part;
        }

        return served;
    }
}
