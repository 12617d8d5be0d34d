using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Journal;

/// <summary>Both ends of one channel, each with a journal of its own, as two nodes would have them.</summary>
internal sealed class LedgerPair : IAsyncDisposable
{
    // More than any run can use up.
    private static readonly Terms Terms = TestChannels.Terms(capacityBytes: 1_000_000_000_000_000);

    private readonly EdgeJournal _consumerJournal;
    private readonly EdgeJournal _providerJournal;
    private readonly UnitJournal _consumerUnits;
    private readonly UnitJournal _providerUnits;

    private LedgerPair(EdgeJournal consumerJournal, EdgeJournal providerJournal, ConsumerLedger consumer, ProviderLedger provider)
    {
        _consumerJournal = consumerJournal;
        _providerJournal = providerJournal;
        _consumerUnits = new UnitJournal(consumerJournal, TimeProvider.System);
        _providerUnits = new UnitJournal(providerJournal, TimeProvider.System);
        Consumer = consumer;
        Provider = provider;
    }

    public ConsumerLedger Consumer { get; }

    public ProviderLedger Provider { get; }

    public static ChannelId ChannelId { get; } = Terms.ChannelId(TestChannels.Domain);

    /// <summary>Takes both ends up from what their journals hold.</summary>
    public static async Task<LedgerPair> OpenAsync(string directory)
    {
        var consumerJournal = EdgeJournal.Open(Path.Combine(directory, "consumer.db"));
        var providerJournal = EdgeJournal.Open(Path.Combine(directory, "provider.db"));
        var verifier = new SignatureVerifier();

        var ofConsumer = await new UnitJournal(consumerJournal, TimeProvider.System).LoadConsumerAsync(ChannelId, default);
        var consumer = new ConsumerLedger(Terms, TestChannels.Domain, TestChannels.Consumer, verifier, ofConsumer.Snapshot);
        foreach (var record in ofConsumer.Records)
        {
            consumer.Apply(record);
        }

        var ofProvider = await new UnitJournal(providerJournal, TimeProvider.System).LoadProviderAsync(ChannelId, default);
        var provider = new ProviderLedger(Terms, TestChannels.Domain, TestChannels.Provider, verifier, ofProvider.Snapshot);
        foreach (var record in ofProvider.Records)
        {
            provider.Apply(record);
        }

        return new LedgerPair(consumerJournal, providerJournal, consumer, provider);
    }

    /// <summary>Moves traffic until a new unit of each side has left its node; each is durable at its node before.</summary>
    /// <param name="left">Told each unit as it leaves.</param>
    public async Task ExchangeAsync(Action<SignedUnit> left)
    {
        const int payloadBytes = 100_000;
        while (true)
        {
            var nowMs = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            if (Consumer.CheckSend(payloadBytes, nowMs) == PayloadDecision.Forward && Provider.TryForward(payloadBytes, nowMs) == PayloadDecision.Forward)
            {
                Consumer.Count(payloadBytes, nowMs);
            }

            var action = Consumer.Poll(nowMs, 0, 0);
            if (action.Unit is not { } unit)
            {
                continue;
            }

            if (action.Record is { } record)
            {
                await _consumerUnits.AppendAsync(ChannelId, record);
            }

            left(unit);
            if (await AnswerAsync(unit, nowMs, left))
            {
                return;
            }
        }
    }

    public async Task SnapshotAsync()
    {
        await _consumerUnits.SnapshotAsync(ChannelId, Consumer.State);
        await _providerUnits.SnapshotAsync(ChannelId, Provider.State);
    }

    public async ValueTask DisposeAsync()
    {
        await _consumerJournal.DisposeAsync();
        await _providerJournal.DisposeAsync();
    }

    private async Task<bool> AnswerAsync(SignedUnit unit, ulong nowMs, Action<SignedUnit> left)
    {
        var outcome = Provider.Receive(unit, nowMs);
        if (outcome.Record is { } record)
        {
            await _providerUnits.AppendAsync(ChannelId, record);
        }

        if (outcome.Answer is not { } answer)
        {
            return false;
        }

        left(answer);
        var taken = Consumer.Receive(answer, nowMs);
        if (taken.Record is { } takenRecord)
        {
            await _consumerUnits.AppendAsync(ChannelId, takenRecord);
        }

        return outcome.Kind == PeerUnitKind.Agreed;
    }
}
