using System.Collections.Concurrent;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.EdgeTunnel.Tests.Gateway;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>
/// The least a silo does for nodes: keeps offers, matches, and relays confirmations, refusals and closes to the chain from
/// an account of its own.
/// </summary>
internal sealed class RelayingSilo : IDisposable
{
    private static readonly byte[] OperatorKey = TestChannels.Key(77);

    private readonly SimulatedChain _chain;
    private readonly TransactionSender _sender;
    private readonly ConcurrentDictionary<Address, FakeGateway> _gateways = new();
    private readonly ConcurrentDictionary<Address, ProviderOffer> _offers = new();
    private readonly ConcurrentDictionary<ChannelId, Terms> _terms = new();
    private readonly ConcurrentDictionary<ChannelId, ChannelUnits> _units = new();

    public RelayingSilo(SimulatedChain chain)
    {
        _chain = chain;
        var signer = new AccountSigner(OperatorKey);
        chain.Fund(signer.Address, TokenAmount.Zero);
        _sender = new TransactionSender(chain, signer, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(5) });
    }

    /// <summary>Whether the silo answers.</summary>
    public bool Up
    {
        set
        {
            foreach (var gateway in _gateways.Values)
            {
                gateway.Up = value;
                if (!value && gateway.Connections > 0)
                {
                    gateway.Cut();
                }
            }

            _startsUp = value;
        }
    }

    private bool _startsUp = true;

    /// <summary>Puts itself before every answer that a silo would give; null leaves it to the silo.</summary>
    public Func<GatewayRequest, GatewayReply?> Instead { get; set; } = _ => null;

    public ConcurrentBag<GatewayRequest> Requests { get; } = [];

    public FakeGateway GatewayFor(Address node) => _gateways.GetOrAdd(node, _ => new FakeGateway
    {
        Up = _startsUp,
        ChallengeDomain = _chain.Domain,
        Answer = request => Answer(node, request),
    });

    public void Dispose() => _sender.Dispose();

    private GatewayReply Answer(Address node, GatewayRequest request)
    {
        Requests.Add(request);
        return Instead(request) ?? request switch
        {
            Announce announce => Keep(node, announce),
            MatchRequest match => new MatchResult(null, MatchOrder.Closest(node, _offers.Values, match.Count)),
            OpenNotice notice => Note(notice.Terms),
            ConfirmRelay confirm => Send(new ChainCall.ConfirmFor(Note(confirm), confirm.ValidUntilSeconds, confirm.Signature), Accepted.Instance),
            DeclineRelay decline => Send(
                new ChainCall.DeclineFor(_terms[decline.ChannelId], decline.ValidUntilSeconds, decline.Signature), Accepted.Instance),
            CloseRelay close => Close(node, close),
            StartCloseRelay close => StartClose(close),
            SubmitUnits units => new UnitsAck([.. units.Channels.Select(Take)]),
            _ => Accepted.Instance,
        };
    }

    private Accepted Keep(Address node, Announce announce)
    {
        _offers[node] = new ProviderOffer(
            node, announce.Endpoint, announce.PricePerMB, announce.ToleranceLimitPpm, 5, ulong.MaxValue, ulong.MaxValue);
        return Accepted.Instance;
    }

    private Accepted Note(Terms terms)
    {
        _terms[terms.ChannelId(_chain.Domain)] = terms;
        return Accepted.Instance;
    }

    private Terms Note(ConfirmRelay confirm)
    {
        Note(confirm.Terms);
        return confirm.Terms;
    }

    private CloseTaken Close(Address node, CloseRelay close)
    {
        var terms = _terms[close.Closure.ChannelId];
        var (consumer, provider) = node == terms.Consumer
            ? (close.OwnSignature, close.PeerSignature!.Value)
            : (close.PeerSignature!.Value, close.OwnSignature);
        return Send(
            new ChainCall.CooperativeClose(terms, close.Closure.BytesUsed, close.Closure.ValidUntilSeconds, consumer, provider),
            new CloseTaken(true, null));
    }

    private T Send<T>(ChainCall call, T reply)
    {
        // The answer does not wait for the chain, and a refusal there shows there.
        _ = Task.Run(() => _sender.SendAsync(call));
        return reply;
    }

    // As a silo: with the units that it has been shown.
    private Accepted StartClose(StartCloseRelay close)
    {
        var units = _units.GetValueOrDefault(close.ChannelId);
        return Send(
            new ChainCall.StartCloseFor(
                _terms[close.ChannelId], units?.ConsumerUnit, units?.ProviderUnit, close.ValidUntilSeconds, close.Signature),
            Accepted.Instance);
    }

    private ChannelUnitsAck Take(ChannelUnits units)
    {
        _units[units.ChannelId] = units;
        return new ChannelUnitsAck(
            units.ChannelId,
            RefusalReason.None,
            units.ConsumerUnit?.Unit.Index ?? 0,
            units.ConsumerUnit?.Unit.BytesUsed ?? 0,
            units.ProviderUnit?.Unit.Index ?? 0,
            units.ProviderUnit?.Unit.BytesUsed ?? 0);
    }
}
