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
    public static readonly byte[] OperatorKey = TestChannels.Key(77);

    private readonly SimulatedChain _chain;
    private readonly TransactionSender _sender;
    private readonly ConcurrentDictionary<Address, FakeGateway> _gateways = new();
    private readonly ConcurrentDictionary<Address, ProviderOffer> _offers = new();
    private readonly ConcurrentDictionary<ChannelId, TaskCompletionSource<AcceptanceAnswer>> _asked = new();
    private readonly ConcurrentDictionary<ChannelId, Terms> _terms = new();
    private readonly ConcurrentDictionary<ChannelId, ChannelUnits> _units = new();

    public RelayingSilo(SimulatedChain chain)
    {
        _chain = chain;
        var signer = new AccountSigner(OperatorKey);
        Operator = signer.Address;
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

    /// <summary>Which requests it takes and never answers.</summary>
    public Func<GatewayRequest, bool> Ignores { get; set; } = _ => false;

    public Address Operator { get; }

    /// <summary>What sends the operator's transactions.</summary>
    public TransactionSender Sender => _sender;

    /// <summary>The operator as a proxy, who answers before the silo does; null where it is none.</summary>
    public Func<Address, GatewayRequest, GatewayReply?> Proxy { get; set; } = (_, _) => null;

    /// <summary>Whether acceptances are asked for; where not, every channel waits for its confirm.</summary>
    public bool Brokers { get; set; }

    public ConcurrentBag<GatewayRequest> Requests { get; } = [];

    public FakeGateway GatewayFor(Address node) => _gateways.GetOrAdd(node, _ => new FakeGateway
    {
        Up = _startsUp,
        Operator = Operator,
        ChallengeDomain = _chain.Domain,
        Answer = request => Answer(node, request),
    });

    /// <summary>Where a provider has announced itself.</summary>
    public string EndpointOf(Address provider) => _offers[provider].Endpoint;

    public void Dispose() => _sender.Dispose();

    private GatewayReply? Answer(Address node, GatewayRequest request)
    {
        Requests.Add(request);
        if (Ignores(request))
        {
            return null;
        }

        return Instead(request) ?? Proxy(node, request) ?? request switch
        {
            Announce announce => Keep(node, announce),
            MatchRequest match => new MatchResult(null, MatchOrder.Closest(node, _offers.Values, match.Count)),
            AcceptanceRequest asked => Broker(asked),
            AcceptanceAnswer answer => Pass(answer),
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

    /// <summary>Brings the two together; a provider that is not there in time has not accepted.</summary>
    private GatewayReply Broker(AcceptanceRequest asked)
    {
        var answered = new TaskCompletionSource<AcceptanceAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[asked.Terms.ChannelId(_chain.Domain)] = answered;
        if (Brokers && _gateways.TryGetValue(asked.Terms.Provider, out var gateway) && gateway.Connections > 0)
        {
            gateway.Push(new AcceptanceAsked(asked.Terms, (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 300));
            if (answered.Task.Wait(TimeSpan.FromSeconds(20)))
            {
                var answer = answered.Task.Result;
                return answer.Signature is { } signature
                    ? new AcceptanceReply(answer.ExpirySeconds, signature)
                    : new Refused(answer.Reason, "the provider refuses");
            }
        }

        return new Refused(RefusalReason.ProviderAway, "the provider is not there");
    }

    private Accepted Pass(AcceptanceAnswer answer)
    {
        _asked[answer.ChannelId].TrySetResult(answer);
        return Accepted.Instance;
    }

    private Accepted Keep(Address node, Announce announce)
    {
        _offers[node] = new ProviderOffer(
            node, announce.Endpoint, announce.PricePerMB, announce.ToleranceLimitPpm, 5, ulong.MaxValue, ulong.MaxValue);
        return Accepted.Instance;
    }

    /// <summary>The silo hears of a channel, as its feed would tell it.</summary>
    public Accepted Note(Terms terms)
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
