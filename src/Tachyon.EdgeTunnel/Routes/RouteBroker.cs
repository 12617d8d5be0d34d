using System.Security.Cryptography;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.Protocol;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Routes;

/// <summary>
/// Asks the proxy for routes and believes its grants only as far as they can be checked: the proxy's standing on the own
/// endpoint, the terms against what was asked for, the tag against its parts, the acceptance by its signature.
/// </summary>
internal sealed class RouteBroker(
    GatewayClient gateway, ChainWatcher chain, SignatureVerifier verifier, Eip712Domain domain, Address self, PeerPolicy peers, RouteOptions wish, ConnectOptions options)
{
    /// <summary>The contract that locks are on.</summary>
    public Eip712Domain Domain => domain;

    // What a transaction needs to be mined, approval included; less is not worth the attempt.
    private const ulong LeastValiditySeconds = 60;

    /// <summary>Where the gateway says who runs it, it must be the proxy; and the chain must show that the proxy is one.</summary>
    /// <exception cref="RouteRefusedException">Neither changes by waiting.</exception>
    /// <exception cref="ChainUnavailableException">The chain does not answer.</exception>
    public async Task CheckProxyAsync(CancellationToken cancellationToken)
    {
        if (gateway.Operator is { } run && run != wish.Proxy)
        {
            throw new RouteRefusedException(
                $"the gateway at {gateway.Gateway.Url} is run by {run}, not by proxy {wish.Proxy}; give the proxy's own gateway with --proxy-gateway", isForLater: false);
        }

        var settlement = await chain.Connected.WaitAsync(cancellationToken);
        var view = await settlement.GetProxyAsync(wish.Proxy, ReadAt.Final, cancellationToken);
        if (view.Standing != ProxyStanding.Registered)
        {
            throw new RouteRefusedException(
                $"this node's chain shows {wish.Proxy} as {(view.Standing == ProxyStanding.Leaving ? "a proxy that takes no further locks" : "no registered proxy")}; give another --proxy",
                isForLater: false);
        }
    }

    /// <summary>Asks for a route, or for the same one again.</summary>
    /// <param name="salt">The salt of the lock's terms.</param>
    /// <param name="routeKey">The route's key.</param>
    /// <param name="exit">The exit to use; null for the closest that the proxy has.</param>
    /// <param name="relay">The provider that the route goes through, which must not be its exit.</param>
    /// <param name="capacityBytes">What the lock is to hold.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RouteRefusedException">The proxy refuses, does not answer, or grants what was not asked for.</exception>
    public async Task<RouteGrant> AskAsync(
        Bytes32 salt, PublicKey routeKey, Address? exit, Address relay, ulong capacityBytes, CancellationToken cancellationToken)
    {
        var request = new RouteRequest(salt, routeKey, exit, [relay], capacityBytes, options.MaxPricePerMB, options.TolerancePpm);
        var answer = await gateway.AskAsync(request, cancellationToken);
        if (answer.Outcome == GatewayOutcome.Refused)
        {
            throw new RouteRefusedException(
                RouteRefusal.Sentence(answer.Refusal, answer.Text, wish.Exit is not null), RouteRefusal.IsForLater(answer.Refusal))
            {
                Reason = answer.Refusal,
            };
        }

        if (!answer.IsDone)
        {
            throw new RouteRefusedException($"the proxy's gateway does not answer: {answer.Text}", isForLater: true);
        }

        return Fault(request, answer.Reply, relay) is { } fault
            ? throw new RouteRefusedException($"the proxy's grant is not what was asked for: {fault}; use another --proxy", isForLater: false)
            : answer.Reply;
    }

    /// <summary>A fresh private key for a route.</summary>
    public static byte[] NewKey()
    {
        while (true)
        {
            var key = RandomNumberGenerator.GetBytes(Bytes32.Length);
            if (Secp256k1.Default.IsPrivateKey(key))
            {
                return key;
            }
        }
    }

    private string? Fault(RouteRequest request, RouteGrant grant, Address relay)
    {
        var terms = grant.Terms;
        var expected = new Terms(self, wish.Proxy, request.CapacityBytes, terms.PricePerMB, request.TolerancePpm, ChannelKind.Lock, request.Salt);
        if (terms != expected)
        {
            return "other terms";
        }

        if (terms.Validate() is { } invalid)
        {
            return $"terms that no contract takes ({invalid})";
        }

        if (terms.PricePerMB > options.MaxPricePerMB)
        {
            return $"a price of {terms.PricePerMB.ToTokens()} IPX per MB, above the limit of {options.MaxPricePerMB.ToTokens()}";
        }

        if (RouteTag.Of(self, grant.TagTimestampMs, grant.TagRandom, request.RouteKey) != grant.Tag)
        {
            return "a tag that is not made of its parts";
        }

        if (grant.Exit == relay || grant.Exit == self || grant.Exit == wish.Proxy || (request.Exit is { } wanted && grant.Exit != wanted))
        {
            return $"exit {grant.Exit}";
        }

        if (peers.IsParted(grant.Exit))
        {
            return $"exit {grant.Exit}, which this node has nothing to do with";
        }

        if (!SettingParsers.HostPort(grant.Endpoint, out _, out _))
        {
            return "an endpoint that is none";
        }

        if (grant.StepBytes == 0 || grant.StepBytes % ProtocolConstants.BytesPerKB != 0 || request.CapacityBytes % grant.StepBytes != 0)
        {
            return $"a route step of {grant.StepBytes} bytes";
        }

        if (grant.StepBytes > wish.MaxStepBytes)
        {
            return $"a route step of {grant.StepBytes} bytes, which the end of a lock may cost unused, above the {wish.MaxStepBytes} of {Settings.MaxRouteStep.Option}";
        }

        var now = chain.NowSeconds;
        if (grant.ExpirySeconds < now + LeastValiditySeconds || grant.ExpirySeconds > now + ProtocolConstants.MaxAcceptanceSeconds)
        {
            return $"an acceptance until {grant.ExpirySeconds}, and it is {now}";
        }

        return verifier.Verify(new Acceptance(terms.ChannelId(domain), grant.ExpirySeconds), domain, grant.Acceptance, wish.Proxy) == SignatureFault.None
            ? null
            : "an acceptance that the proxy did not sign";
    }
}
