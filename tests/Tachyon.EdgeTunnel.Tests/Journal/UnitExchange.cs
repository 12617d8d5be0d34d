using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Journal;

/// <summary>Both ledgers of a channel, of which one writes to a journal: what a node has after it moved traffic.</summary>
internal sealed class UnitExchange
{
    private readonly ConsumerLedger _consumer;
    private readonly ProviderLedger _provider;
    private readonly ChannelId _channelId;
    private readonly UnitJournal _journal;
    private readonly SessionRole _role;

    public UnitExchange(EdgeJournal journal, SessionRole role, Terms terms, Eip712Domain domain, INodeSigner consumer, INodeSigner provider)
    {
        var verifier = new SignatureVerifier();
        _consumer = new ConsumerLedger(terms, domain, consumer, verifier);
        _provider = new ProviderLedger(terms, domain, provider, verifier);
        _channelId = terms.ChannelId(domain);
        _journal = new UnitJournal(journal, TimeProvider.System);
        _role = role;
        _consumer.StartSession(NowMs);
        _provider.StartSession();
    }

    public SignedUnit ConsumerUnit => _consumer.NewestOwn!;

    public SignedUnit ProviderUnit => _provider.NewestOwn!;

    private static ulong NowMs => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>Moves payload, and signs for it on both sides; every unit is durable in the one journal on return.</summary>
    public async Task MoveAsync(int bytes)
    {
        const int payloadBytes = 10_000;
        for (var left = bytes; left > 0; left -= payloadBytes)
        {
            var part = Math.Min(left, payloadBytes);
            Assert.Equal(PayloadDecision.Forward, _provider.TryForward(part, NowMs));
            _consumer.Count(part, NowMs);
            if (left <= payloadBytes)
            {
                _consumer.WantUnit();
            }

            await ExchangeAsync();
        }
    }

    private async Task ExchangeAsync()
    {
        while (_consumer.Poll(NowMs, 0, 0) is { Record: { } signed, Unit: { } unit })
        {
            var answered = _provider.Receive(unit, NowMs);
            var taken = _consumer.Receive(answered.Answer!, NowMs);
            Assert.Equal((PeerUnitKind.Agreed, PeerUnitKind.Agreed), (answered.Kind, taken.Kind));
            if (_role == SessionRole.Consumer)
            {
                await _journal.AppendAsync(_channelId, signed);
                await _journal.AppendAsync(_channelId, taken.Record!);
            }
            else
            {
                await _journal.AppendAsync(_channelId, answered.Record!);
            }
        }
    }
}
