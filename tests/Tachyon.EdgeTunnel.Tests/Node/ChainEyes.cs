using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>A consumer's eyes on a simulated chain, read when a test says so, and the transactions of both parties.</summary>
internal sealed class ChainEyes : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConsumerAccount _consumer;
    private readonly TransactionSender _provider;

    public ChainEyes(int finalityDepth = 0, Address? self = null)
    {
        Chain = new SimulatedChain(new SimulatedChainOptions { FinalityDepth = finalityDepth });
        Self = self ?? TestChannels.Consumer.Address;
        var options = new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(1) };
        var provider = new AccountSigner(TestChannels.ProviderKey);
        Chain.Fund(TestChannels.Consumer.Address, NodeWorld.Purse);
        Chain.Fund(provider.Address, NodeWorld.Purse);
        _consumer = new ConsumerAccount(Chain, new AccountSigner(TestChannels.ConsumerKey), options);
        _provider = new TransactionSender(Chain, provider, options);
        Journal = EdgeJournal.Open(_directory.Combine("journal.db"));
        Book = new ChannelBook(Journal);
        Reader = new ChainReader(Chain, Book, Journal, Self, TimeProvider.System);
    }

    public SimulatedChain Chain { get; }

    public Address Self { get; }

    public EdgeJournal Journal { get; private set; }

    public ChannelBook Book { get; private set; }

    public ChainReader Reader { get; private set; }

    public static Terms Terms { get; } = TestChannels.Terms();

    public ChannelId ChannelId => Terms.ChannelId(Chain.Domain);

    public ChannelStage? Stage => Book.Find(ChannelId)?.Stage;

    public async Task OpenAsync() => Assert.True((await _consumer.OpenAsync(Terms)).Succeeded);

    /// <summary>Sends as the provider.</summary>
    public async Task SendAsync(ChainCall call)
    {
        var outcome = await _provider.SendAsync(call);
        Assert.True(outcome.Succeeded, outcome.Refusal?.ToString());
    }

    public ChainWatcher Watcher(TimeProvider time) => new(
        async token =>
        {
            await Chain.GetBlockAsync(ReadAt.Latest, token);
            return Chain;
        },
        chain => new ChainReader(chain, Book, Journal, Self, time),
        new ChainWatcherOptions(),
        time,
        NullLogger<ChainWatcher>.Instance);

    /// <summary>Everything in memory is gone; the journal is opened anew.</summary>
    public async Task RestartAsync()
    {
        Book.Dispose();
        await Journal.DisposeAsync();
        Journal = EdgeJournal.Open(_directory.Combine("journal.db"));
        Book = new ChannelBook(Journal);
        Reader = new ChainReader(Chain, Book, Journal, Self, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _consumer.Dispose();
        _provider.Dispose();
        Book.Dispose();
        await Journal.DisposeAsync();
        _directory.Dispose();
    }
}
