using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A node whose journal lost its end, as one restored from an old copy: its peer shows it what it signed.</summary>
public sealed class RecallTests : UnitEngineFixture
{
    [Theory]
    [InlineData(2_000_000)]
    [InlineData(22_000_000)]
    public async Task Provider_FromAnOldCopy_GoesOnAboveWhatItSigned(int forgottenBytes)
    {
        var exit = new MemoryExit();
        MemoryUnitJournal consumerJournal;
        MemoryUnitJournal old;
        ulong signed;
        await using (var pair = await TunnelPair.ConnectAsync(Test, exit: exit))
        {
            await TunnelPairTests.DownloadAsync(pair, exit, 3_000_000);
            old = pair.ProviderJournal.AfterCrash();
            await TunnelPairTests.DownloadAsync(pair, exit, forgottenBytes);
            Assert.True((await pair.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout)).Settled);
            consumerJournal = pair.ConsumerJournal.AfterCrash();
            signed = pair.ConsumerStats.PeerUnitBytes;
        }

        await using var restored = await TunnelPair.ConnectAsync(Test, consumerJournal, old, exit);
        await Eventually.TrueAsync(() => restored.ProviderStats?.PeerUnitBytes >= signed, "the consumer's unit is brought back too");
        Assert.True(restored.ProviderStats.OwnUnitBytes >= signed);
        Assert.True(restored.ProviderStats.OwnBytes >= signed, "what was paid for is not served again");
        await TunnelPairTests.DownloadAsync(restored, exit, 8_000_000);
        var end = await restored.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.True(end.Settled, end.Detail);
        Assert.True(restored.ConsumerStats.AgreedBytes >= signed + 8_000_000 - 5_000_000);
    }

    [Theory]
    [InlineData(2_000_000)]
    [InlineData(22_000_000)]
    public async Task Consumer_FromAnOldCopy_GoesOnAboveWhatItSigned(int forgottenBytes)
    {
        var exit = new MemoryExit();
        MemoryUnitJournal providerJournal;
        MemoryUnitJournal old;
        ulong signed;
        await using (var pair = await TunnelPair.ConnectAsync(Test, exit: exit))
        {
            await TunnelPairTests.DownloadAsync(pair, exit, 3_000_000);
            old = pair.ConsumerJournal.AfterCrash();
            await TunnelPairTests.DownloadAsync(pair, exit, forgottenBytes);
            Assert.True((await pair.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout)).Settled);
            providerJournal = pair.ProviderJournal.AfterCrash();
            signed = pair.ConsumerStats.OwnUnitBytes;
        }

        await using var restored = await TunnelPair.ConnectAsync(Test, old, providerJournal, exit);
        await Eventually.TrueAsync(() => restored.ConsumerStats?.AgreedBytes >= signed, "the agreement is brought back");
        await TunnelPairTests.DownloadAsync(restored, exit, 8_000_000);
        var end = await restored.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.True(end.Settled, end.Detail);
        Assert.InRange(restored.ProviderStats.PeerUnitBytes, signed + 2_000_000, signed + 14_000_000);
    }

    [Fact]
    public async Task Provider_FromAnOldCopy_RefusesAClosureAtWhatItRemembers()
    {
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 4_000_000), Test.Consumer);
        var forgotten = TakeDue(provider);

        Journal = new MemoryUnitJournal();
        Host = new RecordingHost();
        var restored = await StartAsync(Test.Provider, forgotten);
        SendClosure(restored, 0, Test.Consumer);

        Assert.Equal(GoodbyeReason.Dispute, Host.Failed?.Reason);
        Assert.Null(restored.Closures);
    }

    [Fact]
    public async Task Consumer_BeforeItsPeerHasShown_SignsAndSendsNothing()
    {
        var consumer = await StartAsync(Test.Consumer, null);

        Assert.Equal(0, consumer.AdmitSend(64_000));
        Assert.True(consumer.TryCountReceived(64_000));
        consumer.Tick(TimeSpan.Zero);
        Assert.Null(TryTakeDue(consumer));

        Assert.True(consumer.TryHandle(FrameKind.UnitShown, []));
        Assert.Equal(1, Host.Resumes);
        Assert.Equal(64_000, consumer.AdmitSend(64_000));
        Assert.NotNull(TryTakeDue(consumer));
    }

    [Fact]
    public async Task Peer_ThatSendsAUnitBeforeItHasShown_BreaksTheProtocol()
    {
        var provider = await StartAsync(Test.Provider, null);

        Send(provider, Unit(1, 50_000), Test.Consumer);

        Assert.Equal(GoodbyeReason.ProtocolViolation, Host.Failed?.Reason);
        Assert.Equal(0ul, provider.Stats().PeerUnitBytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(120)]
    [InlineData(121)] // a second time
    public async Task Shown_MalformedOrTwice_BreaksTheProtocol(int length)
    {
        var provider = await StartAsync(Test.Provider, length == 121 ? [] : null);

        Assert.False(provider.TryHandle(FrameKind.UnitShown, new byte[length]));
    }

    [Fact]
    public async Task Shown_UnitThatThisNodeNeverSigned_ChangesNothing()
    {
        var consumer = await StartAsync(Test.Consumer, null);
        var provider = await StartAsync(Test.Provider);
        Send(provider, Unit(1, 4_000_000), Test.Consumer);

        Assert.True(consumer.TryHandle(FrameKind.UnitShown, TakeDue(provider)));

        Assert.Equal(0ul, consumer.Stats().OwnUnitBytes);
        Assert.Equal(0ul, consumer.Stats().OwnBytes);
    }
}
