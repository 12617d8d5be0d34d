using System.Security.Cryptography;
using Tachyon.Testing;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

public sealed class TunnelSessionTests
{
    [Fact]
    public async Task Stream_BothDirections_ArriveAndCountTheSameAtBothEnds()
    {
        await using var pair = new SessionPair();
        var (_, client, target) = await pair.OpenAsync();
        var up = RandomNumberGenerator.GetBytes(700_000);
        var down = RandomNumberGenerator.GetBytes(3_000_000);

        await client.Writer.WriteAsync(up);
        await client.Writer.CompleteAsync();
        var sending = Task.Run(async () =>
        {
            await target.Writer.WriteAsync(down);
            await target.Writer.CompleteAsync();
        });

        Assert.Equal(up, await target.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout));
        Assert.Equal(down, await client.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout));
        await sending;
        Assert.Equal(3_700_000, pair.ConsumerEngine.Bytes);
        Assert.Equal(3_700_000, pair.ProviderEngine.Bytes);
        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0 && pair.Provider.Snapshot().Streams == 0, "the stream is forgotten");
        Assert.True(client.ClosedInOrder);
        Assert.True(target.ClosedInOrder);
    }

    [Fact]
    public async Task Streams_Many_KeepTheirBytesApart()
    {
        await using var pair = new SessionPair();
        var streams = new List<(byte[] Sent, Task<byte[]> Received)>();
        for (var i = 0; i < 40; i++)
        {
            var (_, client, target) = await pair.OpenAsync();
            var bytes = RandomNumberGenerator.GetBytes(100_000 + i);
            _ = Task.Run(async () =>
            {
                await target.Writer.WriteAsync(bytes);
                await target.Writer.CompleteAsync();
            });
            streams.Add((bytes, client.ReadAllAsync()));
        }

        foreach (var (sent, received) in streams)
        {
            Assert.Equal(sent, await received.WaitAsync(Eventually.DefaultTimeout));
        }
    }

    [Theory]
    [InlineData(OpenOutcome.RefusedByPolicy)]
    [InlineData(OpenOutcome.NameNotFound)]
    [InlineData(OpenOutcome.ConnectionRefused)]
    public async Task Open_ExitFails_TellsWhyAndForgetsTheStream(OpenOutcome outcome)
    {
        await using var pair = new SessionPair();
        pair.Exit.Outcome = outcome;

        var opening = await pair.Consumer.OpenAsync(TestTargets.Any, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(outcome, opening.Outcome);
        Assert.Null(opening.Stream);
        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0 && pair.Provider.Snapshot().Streams == 0, "the stream is forgotten");
    }

    [Fact]
    public async Task Open_GivenUp_IsForgottenAtBothEnds()
    {
        await using var pair = new SessionPair();
        pair.Exit.Ready = new TaskCompletionSource().Task;
        using var cancellation = new CancellationTokenSource();

        var opening = pair.Consumer.OpenAsync(TestTargets.Any, cancellation.Token);
        await Eventually.TrueAsync(() => pair.Provider.Snapshot().Streams == 1, "the provider connects");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Eventually.DefaultTimeout));
        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0 && pair.Provider.Snapshot().Streams == 0, "the stream is forgotten");
        Assert.True(pair.Consumer.IsOpen);
    }

    [Fact]
    public async Task Reader_Stalled_BindsOneWindowAndLeavesOtherStreamsAlone()
    {
        await using var pair = new SessionPair();
        var (_, stalled, source) = await pair.OpenAsync();
        stalled.Stall();
        var sending = source.Writer.WriteAsync(new byte[4_000_000]).AsTask();

        await Eventually.TrueAsync(() => pair.ConsumerEngine.Bytes >= FrameLayout.InitialWindowBytes, "the window is full");
        var (_, client, target) = await pair.OpenAsync();
        await target.Writer.WriteAsync(new byte[1_000_000]);
        await target.Writer.CompleteAsync();
        Assert.Equal(1_000_000, (await client.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout)).Length);

        Assert.Equal(1_000_000 + FrameLayout.InitialWindowBytes, pair.ConsumerEngine.Bytes);
        Assert.Equal(pair.ConsumerEngine.Bytes, pair.ProviderEngine.Bytes);

        stalled.Unstall();
        await source.Writer.CompleteAsync();
        await sending;
        Assert.Equal(4_000_000, (await stalled.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout)).Length);
    }

    [Fact]
    public async Task Reset_WhileDataIsUnderWay_CountsTheSameAtBothEnds()
    {
        await using var pair = new SessionPair();
        var (stream, client, target) = await pair.OpenAsync();
        _ = target.Writer.WriteAsync(new byte[50_000_000]).AsTask();
        await Eventually.TrueAsync(() => pair.ConsumerEngine.Bytes > 5_000_000, "some data has come");

        stream.Reset(ResetReason.LocalEndClosed);

        await Eventually.TrueAsync(() => pair.Consumer.Snapshot().Streams == 0 && pair.Provider.Snapshot().Streams == 0, "the stream is forgotten");
        Assert.Equal(pair.ProviderEngine.Bytes, pair.ConsumerEngine.Bytes);
        Assert.False(client.ClosedInOrder);
        Assert.False(target.ClosedInOrder);
        Assert.True(pair.Consumer.IsOpen);
    }

    [Fact]
    public async Task Provider_Paused_SendsNothingUntilResumed()
    {
        await using var pair = new SessionPair();
        pair.ProviderEngine.LimitBytes = 100_000;
        var (_, client, target) = await pair.OpenAsync();
        await target.Writer.WriteAsync(new byte[300_000]);
        await target.Writer.CompleteAsync();

        await Eventually.TrueAsync(() => pair.ConsumerEngine.Bytes == 100_000, "the admitted part has come");
        pair.ProviderEngine.LimitBytes = 200_000;
        await Eventually.TrueAsync(() => pair.ConsumerEngine.Bytes == 200_000, "the next part has come");
        pair.ProviderEngine.LimitBytes = long.MaxValue;

        Assert.Equal(300_000, (await client.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout)).Length);
    }

    [Fact]
    public async Task Provider_PausedOnUpload_HoldsItUncountedAndInOrder()
    {
        await using var pair = new SessionPair();
        var up = RandomNumberGenerator.GetBytes(200_000);
        pair.ProviderEngine.LimitBytes = 70_000;
        var (_, client, target) = await pair.OpenAsync();
        await client.Writer.WriteAsync(up);
        await client.Writer.CompleteAsync();

        await Eventually.TrueAsync(() => pair.ConsumerEngine.Bytes == 200_000, "all was sent");
        Assert.True(pair.ProviderEngine.Bytes <= 70_000);
        pair.ProviderEngine.LimitBytes = long.MaxValue;

        Assert.Equal(up, await target.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout));
        Assert.Equal(200_000, pair.ProviderEngine.Bytes);
    }

    [Fact]
    public async Task Unit_Due_RidesOrGoesAlone()
    {
        await using var pair = new SessionPair();
        pair.ConsumerEngine.Host!.UnitIsDue();
        await Eventually.TrueAsync(() => pair.ProviderEngine.UnitIndices.Count == 1, "the unit has come alone");

        pair.ProviderEngine.LimitBytes = 0;
        var (_, client, target) = await pair.OpenAsync();
        await client.Writer.WriteAsync(new byte[100]);
        pair.ConsumerEngine.Host.UnitIsDue();

        await Eventually.TrueAsync(() => pair.ProviderEngine.UnitIndices.Count == 2, "a unit passes held data");
        Assert.Equal(0, pair.ProviderEngine.Bytes);
        Assert.Null(target.ClosedInOrder);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_ByEitherSide_SettlesAndCountsTheSame(bool byConsumer)
    {
        await using var pair = new SessionPair();
        var (_, _, target) = await pair.OpenAsync();
        _ = target.Writer.WriteAsync(new byte[20_000_000]).AsTask();
        await Eventually.TrueAsync(() => pair.ConsumerEngine.Bytes > 1_000_000, "some data has come");

        await (byConsumer ? pair.Consumer : pair.Provider).EndAsync(GoodbyeReason.Orderly, "test").WaitAsync(Eventually.DefaultTimeout);

        var consumerEnd = await pair.Consumer.Completion.WaitAsync(Eventually.DefaultTimeout);
        var providerEnd = await pair.Provider.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.True(consumerEnd.Settled);
        Assert.True(providerEnd.Settled);
        Assert.Equal(GoodbyeReason.Orderly, consumerEnd.Reason);
        Assert.Equal(GoodbyeReason.Orderly, providerEnd.Reason);
        Assert.Equal(!byConsumer, consumerEnd.ByPeer);
        Assert.Equal(pair.ProviderEngine.Bytes, pair.ConsumerEngine.Bytes);
        Assert.Equal(OpenOutcome.NotServing, (await pair.Consumer.OpenAsync(TestTargets.Any, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Peer_Silent_IsGivenUp()
    {
        var time = new FakeTimeProvider();
        await using var peer = new RawPeer(Protocol.Sessions.SessionRole.Consumer, time: time);

        for (var elapsed = TimeSpan.Zero; !peer.Session.Completion.IsCompleted && elapsed < TimeSpan.FromMinutes(2); elapsed += TimeSpan.FromSeconds(1))
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var end = await peer.Session.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.Null(end.Reason);
        Assert.False(end.Settled);
        Assert.Contains("35 s", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_Unused_EndsAfterItsIdleTimeout()
    {
        var time = new FakeTimeProvider();
        await using var pair = new SessionPair(new TunnelOptions { IdleTimeout = TimeSpan.FromSeconds(5) }, time);

        for (var i = 0; i < 8; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(GoodbyeReason.Idle, (await pair.Consumer.Completion.WaitAsync(Eventually.DefaultTimeout)).Reason);
        Assert.Equal(GoodbyeReason.Idle, (await pair.Provider.Completion.WaitAsync(Eventually.DefaultTimeout)).Reason);
    }

    [Fact]
    public async Task Session_AtItsLimit_EndsInOrderAlthoughItIsUsed()
    {
        var time = new FakeTimeProvider();
        await using var pair = new SessionPair(new TunnelOptions { SessionLimit = TimeSpan.FromSeconds(20) }, time);
        var (_, client, _) = await pair.OpenAsync();

        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await client.Writer.WriteAsync(new byte[100]);
            Assert.True(pair.Consumer.IsOpen && pair.Provider.IsOpen);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(GoodbyeReason.Orderly, (await pair.Consumer.Completion.WaitAsync(Eventually.DefaultTimeout)).Reason);
        Assert.Equal(GoodbyeReason.Orderly, (await pair.Provider.Completion.WaitAsync(Eventually.DefaultTimeout)).Reason);
        Assert.NotNull(client.ClosedInOrder);
    }

    [Fact]
    public async Task Connection_Broken_EndsBothAndClosesTheirStreams()
    {
        await using var pair = new SessionPair();
        var (_, client, target) = await pair.OpenAsync();

        await pair.Provider.DisposeAsync();

        var end = await pair.Consumer.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.Null(end.Reason);
        await Eventually.TrueAsync(() => client.ClosedInOrder == false && target.ClosedInOrder == false, "both ends are reset");
    }
}
