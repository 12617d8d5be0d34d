using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>The whole of both nodes' tunnels, from a SOCKS client to a target, with real keys, TLS and ledgers.</summary>
public sealed class TunnelPairTests : IDisposable
{
    private readonly TestChannel _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Download_ThroughSocks_ArrivesWholeAndIsAgreedToTheByte()
    {
        const int Bytes = 60_000_000;
        await using var pair = await TunnelPair.ConnectAsync(_test);
        await using var socks = ProxyServer.Start(
            new ProxyOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, pair.Consumer, TimeProvider.System, NullLogger.Instance);
        await using var source = new ByteSource(Bytes);

        using var client = await SocksClient.ConnectAsync(socks.LocalEndPoint, "127.0.0.1", source.Port);
        await client.SendAsync("go"u8.ToArray());
        var hash = await HashAsync(client).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(source.Hash, hash);

        var end = await pair.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.True(end.Settled, end.Detail);
        await Eventually.TrueAsync(() => !pair.ProviderObserver.Ends.IsEmpty, "the provider's session has ended");
        var consumer = pair.ConsumerStats;
        var provider = pair.ProviderStats;
        Assert.Equal((ulong)Bytes + 2, consumer.OwnBytes);
        Assert.Equal(consumer.OwnBytes, provider.OwnBytes);

        // Rounded up to whole KB, once; and at most a checkpoint ahead where the machine was slow to answer units.
        Assert.InRange(consumer.AgreedBytes, 60_001_000ul, 65_001_000ul);
        Assert.Equal(0ul, consumer.AgreedBytes % 1_000);
        Assert.Equal(consumer.AgreedBytes, provider.AgreedBytes);
        Assert.InRange(provider.Checkpoints, 12ul, 13ul);
        Assert.Equal(pair.ConsumerObserver.Evidence.Last().Own, pair.ProviderObserver.Evidence.Last().Peer);
        Assert.True(consumer.UnitsSigned >= 12);
    }

    [Fact]
    public async Task Upload_ArrivesWholeAndCountsTheSame()
    {
        const int Bytes = 12_345_678;
        var exit = new MemoryExit();
        await using var pair = await TunnelPair.ConnectAsync(_test, exit: exit);
        var opening = await pair.Consumer.OpenAsync(TestTargets.Any, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var client = new MemoryEndpoint();
        opening.Stream!.Attach(client);
        var target = await exit.NextAsync();
        var up = RandomNumberGenerator.GetBytes(Bytes);

        await client.Writer.WriteAsync(up);
        await client.Writer.CompleteAsync();

        Assert.Equal(SHA256.HashData(up), SHA256.HashData(await target.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout)));
        var end = await pair.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout);
        Assert.True(end.Settled, end.Detail);
        Assert.Equal((ulong)Bytes, pair.ConsumerStats.OwnBytes);
        Assert.Equal((ulong)Bytes, pair.ProviderStats.OwnBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Close_ByEitherSide_GivesBothTheSameClosureAtTheAgreedCount(bool byConsumer)
    {
        var exit = new MemoryExit();
        await using var pair = await TunnelPair.ConnectAsync(_test, exit: exit);
        await DownloadAsync(pair, exit, 7_000_001);

        var end = byConsumer
            ? await pair.Consumer.CloseChannelAsync().WaitAsync(Eventually.DefaultTimeout)
            : await pair.Provider.CloseChannelAsync(_test.Channel.ChannelId).WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(GoodbyeReason.ChannelClosed, end!.Reason);
        var consumer = await pair.ConsumerObserver.Closed.Task.WaitAsync(Eventually.DefaultTimeout);
        var provider = await pair.ProviderObserver.Closed.Task.WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(consumer.Own, provider.Peer);
        Assert.Equal(consumer.Peer, provider.Own);
        Assert.Equal(consumer.Own.Closure, consumer.Peer.Closure);
        Assert.InRange(consumer.Own.Closure.BytesUsed, 7_001_000ul, 12_001_000ul);

        // Whoever signed one serves no more.
        await pair.Consumer.Completion.WaitAsync(Eventually.DefaultTimeout);
        await Eventually.TrueAsync(() => !pair.ProviderObserver.Ends.IsEmpty, "the provider's session has ended");
        await pair.ConnectAsync();
        var again = await pair.Consumer.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(GoodbyeReason.ChannelClosed, again.Reason);
    }

    [Fact]
    public async Task Channel_OverTwoSessions_GoesOnWhereItWas()
    {
        var exit = new MemoryExit();
        await using var pair = await TunnelPair.ConnectAsync(_test, exit: exit);
        await DownloadAsync(pair, exit, 3_000_000);
        await pair.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout);
        await Eventually.TrueAsync(() => !pair.ProviderObserver.Ends.IsEmpty, "the provider's session has ended");

        await pair.ConnectAsync();
        await DownloadAsync(pair, exit, 4_000_000);
        await pair.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(7_000_000ul, pair.ConsumerStats.OwnBytes);
        Assert.Equal(7_000_000ul, pair.ProviderStats.OwnBytes);
        Assert.Equal(pair.ConsumerStats.AgreedBytes, pair.ProviderStats.AgreedBytes);
    }

    [Fact]
    public async Task Capacity_UsedUp_EndsServiceAtTheByte()
    {
        using var small = new TestChannel(salt: 3, capacityBytes: 2_000_000);
        var exit = new MemoryExit();
        await using var pair = await TunnelPair.ConnectAsync(small, exit: exit);
        var opening = await pair.Consumer.OpenAsync(TestTargets.Any, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var client = new MemoryEndpoint();
        opening.Stream!.Attach(client);
        var target = await exit.NextAsync();

        await target.Writer.WriteAsync(new byte[3_000_000]);

        var end = await pair.Consumer.Completion.WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(GoodbyeReason.CapacityReached, end.Reason);
        Assert.True(end.Settled, end.Detail);
        Assert.Equal(2_000_000ul, pair.ConsumerStats.AgreedBytes);
        Assert.Equal(2_000_000ul, pair.ProviderStats.OwnBytes);
    }

    [Fact]
    public async Task Journal_NotDurable_HoldsTheUnitAndTheProviderPausesWithinItsCredit()
    {
        var exit = new MemoryExit();
        var journal = new MemoryUnitJournal { Holds = true };
        await using var pair = await TunnelPair.ConnectAsync(_test, consumerJournal: journal, exit: exit);
        var opening = await pair.Consumer.OpenAsync(TestTargets.Any, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var client = new MemoryEndpoint();
        opening.Stream!.Attach(client);
        var target = await exit.NextAsync();
        await target.Writer.WriteAsync(new byte[4_000_000]);
        await target.Writer.CompleteAsync();

        await Eventually.TrueAsync(() => pair.ProviderStats.IsPaused && journal.Waiting > 0, "the provider waits for a unit");
        Assert.Equal(0ul, pair.ProviderStats.PeerUnitBytes);
        Assert.True(pair.ProviderStats.OwnBytes <= 261_000, $"{pair.ProviderStats.OwnBytes} bytes were served on a credit of 256 KB and an allowance of 5");

        journal.Holds = false;
        journal.Commit();
        Assert.Equal(4_000_000, (await client.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout)).Length);
    }

    [Fact]
    public async Task Journal_Failing_EndsTheSessionAndLetsNoUnitOut()
    {
        var exit = new MemoryExit();
        var journal = new MemoryUnitJournal { Fails = true };
        await using var pair = await TunnelPair.ConnectAsync(_test, consumerJournal: journal, exit: exit);
        var opening = await pair.Consumer.OpenAsync(TestTargets.Any, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        opening.Stream!.Attach(new MemoryEndpoint());
        await (await exit.NextAsync()).Writer.WriteAsync(new byte[200_000]);

        var end = await pair.Consumer.Completion.WaitAsync(Eventually.DefaultTimeout);

        Assert.Equal(GoodbyeReason.InternalError, end.Reason);
        Assert.Contains("disk is full", end.Detail, StringComparison.Ordinal);
        Assert.Equal(0ul, pair.ProviderStats.PeerUnitBytes);
    }

    [Fact]
    public async Task Crash_OfBothNodes_ResumesTheChannelWithoutContradiction()
    {
        var exit = new MemoryExit();
        MemoryUnitJournal consumerJournal;
        MemoryUnitJournal providerJournal;
        ulong signedBefore;
        await using (var pair = await TunnelPair.ConnectAsync(_test, exit: exit))
        {
            await DownloadAsync(pair, exit, 9_000_000);
            consumerJournal = pair.ConsumerJournal.AfterCrash();
            providerJournal = pair.ProviderJournal.AfterCrash();
            signedBefore = pair.ProviderStats.PeerUnitBytes;
        }

        await using var resumed = await TunnelPair.ConnectAsync(_test, consumerJournal, providerJournal, exit);
        await DownloadAsync(resumed, exit, 9_000_000);
        var end = await resumed.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.True(end.Settled, end.Detail);
        Assert.True(resumed.ProviderStats.PeerUnitBytes >= signedBefore);
        Assert.InRange(resumed.ProviderStats.AgreedBytes, 17_000_000ul, 23_000_000ul);
    }

    [Fact]
    public async Task Connection_LostWithBytesUnderWay_IsConcededAndServiceGoesOn()
    {
        var exit = new MemoryExit();
        await using var pair = await TunnelPair.ConnectAsync(_test, exit: exit);
        var opening = await pair.Consumer.OpenAsync(TestTargets.Any, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        var client = new MemoryEndpoint();
        opening.Stream!.Attach(client);
        var target = await exit.NextAsync();
        _ = target.Writer.WriteAsync(new byte[50_000_000]).AsTask();
        await Eventually.TrueAsync(() => pair.ConsumerStats.OwnBytes > 10_000_000, "some data has come");
        await pair.Consumer.DisposeAsync();
        await Eventually.TrueAsync(() => !pair.ProviderObserver.Ends.IsEmpty, "the provider's session has ended");

        await pair.ConnectAsync();
        await DownloadAsync(pair, exit, 5_000_000);
        var end = await pair.Consumer.StopAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.True(end.Settled, end.Detail);
        await Eventually.TrueAsync(() => pair.ProviderObserver.Ends.Count == 2, "the provider's session has ended");
        Assert.True(pair.ProviderObserver.Ends.Last().Settled);
        Assert.InRange(pair.ProviderStats.OwnBytes, pair.ConsumerStats.OwnBytes, pair.ConsumerStats.OwnBytes + 5_000_000);
    }

    internal static async Task DownloadAsync(TunnelPair pair, MemoryExit exit, int bytes)
    {
        var opening = await pair.Consumer.OpenAsync(TestTargets.Any, CancellationToken.None).WaitAsync(Eventually.DefaultTimeout);
        Assert.Equal(OpenOutcome.Connected, opening.Outcome);
        var client = new MemoryEndpoint();
        opening.Stream!.Attach(client);
        var target = await exit.NextAsync();
        await target.Writer.WriteAsync(new byte[bytes]);
        await target.Writer.CompleteAsync();
        Assert.Equal(bytes, (await client.ReadAllAsync().WaitAsync(Eventually.DefaultTimeout)).Length);
    }

    private static async Task<string> HashAsync(Socket socket)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, count);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
