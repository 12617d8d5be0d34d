using System.Globalization;
using System.Numerics;
using Tachyon.Chain;
using Tachyon.Demo;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EndToEnd.Tests.Captures;

/// <summary>
/// What the chain shows of a route: transactions that concern its consumer, and transactions that concern its exit. They may share
/// the proxy, the contracts, and what is every route's, and nothing else.
/// </summary>
internal static class RouteOnChain
{
    // ABI offsets, lengths and kinds: less than any amount.
    private const int LeastAmount = 4_096;
    private const uint TolerancePpm = 1_000;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static async Task AssertLinksNothingAsync(RouteStage stage, CancellationToken stop)
    {
        var (lockId, poolId) = (await OnlyAsync(stage.Consumer, "lock", stop), await OnlyAsync(stage.Exit, "pool", stop));
        var all = await ChainCapture.ReadAsync(stage.Chain.Rpc, stop);
        var ofLock = all.Where(one => one.Names(stage.Consumer.Address) || one.Holds(lockId)).ToList();
        var ofPool = all.Where(one => one.Names(stage.Exit.Address) || one.Holds(poolId)).ToList();

        // Opened and closed; opened and claimed.
        Assert.True(ofLock.Count(one => one.Holds(lockId)) >= 2, "the lock's transactions were not seen");
        Assert.True(ofPool.Count(one => one.Holds(poolId)) >= 2, "the pool's transactions were not seen");
        Assert.Empty(ofLock.Select(one => one.Hash).Intersect(ofPool.Select(one => one.Hash)));
        Assert.All(all, one => Assert.False(one.Names(stage.Consumer.Address) && one.Names(stage.Exit.Address)));

        var isPublic = await PublicAsync(stage, stop);
        var shared = Words(ofLock).Intersect(Words(ofPool)).Where(word => !isPublic.Contains(word) && !IsOfAnyRoute(word)).ToList();
        Assert.True(shared.Count == 0, $"both concern the lock and the pool: {string.Join(", ", shared)}");
        AssertAmountsDiffer(ofLock, ofPool);
    }

    // Nor by the rate that everybody knows: a lock's tokens are 110 % of a pool's.
    private static void AssertAmountsDiffer(IReadOnlyList<SeenTransaction> ofLock, IReadOnlyList<SeenTransaction> ofPool)
    {
        var poolAmounts = ofPool.SelectMany(one => one.Numbers).Where(number => number >= LeastAmount).ToHashSet();
        Assert.NotEmpty(poolAmounts);
        foreach (var amount in ofLock.SelectMany(one => one.Numbers).Where(number => number >= LeastAmount && !IsTime(number)).Distinct())
        {
            Assert.False(poolAmounts.Contains(amount * 10 / 11), $"the lock shows {amount}, which is 110 % of what the pool shows");
        }
    }

    private static async Task<HashSet<string>> PublicAsync(RouteStage stage, CancellationToken stop)
    {
        var deployment = await Deployment.LoadAsync(stage.Chain.DeploymentFile, stop);
        Address[] addresses = [stage.Silo.Operator, deployment.Token, deployment.PaymentChannels, deployment.ProxyRegistry];
        return [.. addresses.Select(SeenTransaction.WordOf)];
    }

    private static IEnumerable<string> Words(IEnumerable<SeenTransaction> seen) => seen.SelectMany(one => one.Words).Distinct();

    // The price, which is the exit's for all its routes; times; and what is no amount.
    private static bool IsOfAnyRoute(string word)
    {
        var number = BigInteger.Parse($"0{word}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return number < LeastAmount || number == TolerancePpm || IsTime(number) || number == TokenAmount.ParseTokens(RouteStage.PricePerMB).BaseUnits;
    }

    private static bool IsTime(BigInteger number) =>
        BigInteger.Abs(number - DateTimeOffset.UtcNow.ToUnixTimeSeconds()) < (long)Day.TotalSeconds;

    private static async Task<string> OnlyAsync(EdgeNode node, string kind, CancellationToken stop) =>
        Assert.Single((await node.TryGetStatusAsync(stop))!.Channels, channel => channel.Kind == kind).ChannelId;
}
