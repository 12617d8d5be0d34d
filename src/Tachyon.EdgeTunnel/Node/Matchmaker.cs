using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>An offer to open a channel with, or why there is none.</summary>
internal sealed record MatchAttempt(ProviderOffer? Offer, NodeFault Fault, string Detail)
{
    public static MatchAttempt Found(ProviderOffer offer) => new(offer, NodeFault.Invalid, "");

    public static MatchAttempt Failed(NodeFault fault, string detail) => new(null, fault, detail);
}

/// <summary>
/// Asks the gateway for providers and believes the answer only as far as it can be checked: the seed against the own
/// endpoint, the order against the XOR distances, every offer against this node's limits.
/// </summary>
internal sealed class Matchmaker(GatewayClient gateway, ChainWatcher chain, PeerPolicy peers, Address self, ConnectOptions options, TimeProvider time)
{
    /// <summary>Asks once.</summary>
    /// <param name="avoided">Providers not to be proposed: those that declined lately.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Chain.ChainUnavailableException">The seed cannot be checked.</exception>
    public async Task<MatchAttempt> FindAsync(IReadOnlySet<Address> avoided, CancellationToken cancellationToken)
    {
        const int count = GatewayLimits.MaxOffers;
        var limits = new MatchLimits(options.CapacityBytes, options.MaxPricePerMB, options.TolerancePpm);
        var answer = await gateway.AskAsync(new MatchRequest(count, limits), cancellationToken);
        if (!answer.IsDone)
        {
            return MatchAttempt.Failed(NodeFault.GatewayUnavailable, answer.Text);
        }

        var result = answer.Reply;
        var nowMs = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!await OwnEpochSeeds.IsValidAsync(await chain.Connected, result.EpochSeed, nowMs, cancellationToken))
        {
            return MatchAttempt.Failed(
                NodeFault.WrongMatch, $"the gateway matched by the epoch seed {result.EpochSeed?.ToString() ?? "none"}, which this node's chain does not show");
        }

        var check = MatchOrder.Check(
            MatchTarget.For(self, result.EpochSeed),
            count,
            result.Offers,
            offer => MatchFilter.Check(self, limits, offer, nowMs, static (_, _) => false));
        if (!check.IsRight)
        {
            var offer = result.Offers[check.Position];
            var why = check.Fault == MatchOrderFault.NotACandidate ? $"{check.Fault}, {check.Refusal}" : check.Fault.ToString();
            return MatchAttempt.Failed(NodeFault.WrongMatch, $"the gateway's match is wrong at place {check.Position + 1}, {offer.Provider}: {why}");
        }

        return Choose(result.Offers, avoided);
    }

    /// <summary>The endpoint that a provider announces now; null when the gateway does not say.</summary>
    public async Task<string?> FindEndpointAsync(Address provider, CancellationToken cancellationToken)
    {
        // Any terms: the channel is there already, only the way to it is wanted.
        var request = new MatchRequest(GatewayLimits.MaxOffers, new MatchLimits(0, TokenAmount.MaxPrice, 0));
        var answer = await gateway.AskAsync(request, cancellationToken);
        return answer.Reply?.Offers.FirstOrDefault(offer => offer.Provider == provider)?.Endpoint;
    }

    private MatchAttempt Choose(IReadOnlyList<ProviderOffer> offers, IReadOnlySet<Address> avoided)
    {
        var wanted = options.Provider;
        var fitting = offers.Where(offer =>
            (wanted is null || offer.Provider == wanted)
            && !avoided.Contains(offer.Provider)
            && !peers.IsParted(offer.Provider)
            && SettingParsers.HostPort(offer.Endpoint, out _, out _)).ToList();
        if (fitting.Count > 0)
        {
            return MatchAttempt.Found(fitting[0]);
        }

        if (wanted is { } chosen && peers.WhyNot(chosen) is { } why)
        {
            return MatchAttempt.Failed(NodeFault.NoProvider, $"provider {chosen} {why.Text}: {why.NextStep}");
        }

        return MatchAttempt.Failed(NodeFault.NoProvider, wanted is { } one
            ? $"provider {one} is not among the {offers.Count} that the gateway matches within the limits: it may be away, or others closer; try again later, or leave --provider out"
            : $"none of {offers.Count} matches can be used: no provider is alive, not blacklisted and has a free slot, at most {options.MaxPricePerMB.ToTokens()} IPX per MB and a tolerance of {options.TolerancePpm} ppm: raise --max-price, lower --tolerance or --capacity, or try again later");
    }
}
