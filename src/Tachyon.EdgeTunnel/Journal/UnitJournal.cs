using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>The unit engines' records and states in this node's journal.</summary>
internal sealed class UnitJournal(EdgeJournal journal, TimeProvider time) : IUnitJournal
{
    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask<StoredLedger<ConsumerState>> LoadConsumerAsync(ChannelId channelId, CancellationToken cancellationToken) =>
        LoadAsync(channelId, LedgerStateCodec.DecodeConsumer);

    public ValueTask<StoredLedger<ProviderState>> LoadProviderAsync(ChannelId channelId, CancellationToken cancellationToken) =>
        LoadAsync(channelId, LedgerStateCodec.DecodeProvider);

    public ValueTask AppendAsync(ChannelId channelId, LedgerRecord record, bool mayWait = false)
    {
        var bytes = LedgerRecordCodec.Encode(record);
        return record is ClosureSigned closing
            ? journal.Ledgers.AppendAsync(channelId, bytes, closing.Closure, NowMs)
            : journal.Ledgers.AppendAsync(channelId, bytes, mayWait);
    }

    public ICountMark? TakeMark(ChannelId channelId) => journal.Counts.Take(channelId);

    public ulong MarkedBytes(ChannelId channelId) => journal.Counts.CountOf(channelId);

    public ValueTask SnapshotAsync(ChannelId channelId, ConsumerState state) =>
        journal.Ledgers.StoreAsync(channelId, LedgerStateCodec.Encode(state));

    public ValueTask SnapshotAsync(ChannelId channelId, ProviderState state) =>
        journal.Ledgers.StoreAsync(channelId, LedgerStateCodec.Encode(state));

    public ValueTask AppendPeerClosureAsync(ChannelId channelId, SignedClosure closure) =>
        journal.Closures.SaveAsync(ClosureSide.Peer, closure, NowMs);

    public ValueTask<SignedClosure?> LoadPeerClosureAsync(ChannelId channelId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(journal.Closures.Load(channelId, ClosureSide.Peer) is [var newest, ..] ? newest : null);

    private async ValueTask<StoredLedger<TState>> LoadAsync<TState>(ChannelId channelId, DecodeState<TState> decode)
        where TState : class
    {
        var stored = await journal.Ledgers.LoadAsync(channelId);
        var records = stored.Records.Select(record => LedgerRecordCodec.Decode(record)).ToList();
        return new StoredLedger<TState>(stored.State is { } state ? decode(state) : null, records);
    }

    private delegate TState DecodeState<out TState>(ReadOnlySpan<byte> bytes);
}
