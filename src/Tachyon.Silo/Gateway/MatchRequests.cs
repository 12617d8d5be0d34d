using Tachyon.Grains;
using Tachyon.Grains.Blacklist;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Silo.Health;
using Tachyon.Silo.Telemetry;

namespace Tachyon.Silo.Gateway;

/// <summary>Finds the providers closest to a consumer's match target.</summary>
internal sealed class MatchRequests(IGrainFactory grains, OperatorBlacklist blacklist, SiloMonitor monitor)
{
    public async Task<GatewayReply> MatchAsync(EdgeSession session, MatchRequest request) =>
        await MatchAsync(session.Node, request.Count, request.Limits);

    /// <summary>The offers for any consumer, ranked, with the epoch seed in force.</summary>
    public async Task<MatchResult> MatchAsync(Address consumer, int count, MatchLimits limits)
    {
        var seed = monitor.EpochSeeds.Current?.Hash;
        var listed = await blacklist.NodesAsync();
        if (listed.Contains(consumer))
        {
            GatewayMeter.Matched(found: false);
            return new MatchResult(seed, []);
        }

        var parted = await grains.Reputation(consumer).Parted();
        var found = await FindAsync(
            consumer,
            parted,
            new DirectoryQuery
            {
                Target = MatchTarget.For(consumer, seed),
                Count = count,
                MaxPricePerMB = limits.MaxPricePerMB,
                TolerancePpm = limits.TolerancePpm,
                CapacityBytes = limits.CapacityBytes,
                Excluded = [consumer, .. parted.Nodes, .. listed],
            });
        GatewayMeter.Matched(found.Length > 0);
        return new MatchResult(seed, [.. found.Select(WireMapping.OfferOf)]);
    }

    // Where more nodes blacklisted the consumer than its record keeps, each candidate is asked, and those that did give way to others.
    private async Task<DirectoryEntry[]> FindAsync(Address consumer, PartedNodes parted, DirectoryQuery query)
    {
        while (true)
        {
            var found = await grains.FindClosestProviders(query);
            if (parted.IsComplete || found.Length == 0)
            {
                return found;
            }

            var blacklists = await Task.WhenAll(found.Select(entry => grains.Reputation(entry.Provider).HasBlacklisted(consumer)));
            if (!blacklists.Contains(true))
            {
                return found;
            }

            query = query with { Excluded = [.. query.Excluded, .. found.Where((_, i) => blacklists[i]).Select(entry => entry.Provider)] };
        }
    }
}
