using System.Reflection;
using Orleans.Concurrency;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>
/// Grains that wait for each other in a circle answer nobody until their calls time out. Who waits for whose turn:
/// <code>
///   Proxy ──▶ Channel ──▶ Provider ──▶ Directory
///     ▲          └──▶ Deadlines
///     │ Counted
///   Pool ──▶ Channel, Provider, PoolIndex          Reputation ──▶ StatementLog
/// </code>
/// Every call against these arrows is one way, or is let in whatever the other one waits for. A pool lets in all calls, so that what it waits
/// for of a lock (Counted) may wait for it (Raise).
/// </summary>
public sealed class CallOrderTests
{
    [Theory]
    [InlineData(typeof(IProxyGrain), nameof(IProxyGrain.SayAgain))]
    [InlineData(typeof(IProxyGrain), nameof(IProxyGrain.PoolRefused))]
    [InlineData(typeof(IProxyGrain), nameof(IProxyGrain.LockChanged))]
    [InlineData(typeof(IProxyGrain), nameof(IProxyGrain.Abandoned))]
    [InlineData(typeof(IPoolGrain), nameof(IPoolGrain.PoolChanged))]
    [InlineData(typeof(IPoolGrain), nameof(IPoolGrain.Abandoned))]
    [InlineData(typeof(IPoolGrain), nameof(IPoolGrain.EndRoute))]
    [InlineData(typeof(IPoolGrain), nameof(IPoolGrain.SettleRoute))]
    [InlineData(typeof(IChannelGrain), nameof(IChannelGrain.DeadlineReached))]
    [InlineData(typeof(IChannelGrain), nameof(IChannelGrain.IntentChanged))]
    [InlineData(typeof(IAcceptanceObserver), nameof(IAcceptanceObserver.Answered))]
    public void CallBack_WaitsForNobody(Type grain, string method) =>
        Assert.NotNull(Method(grain, method).GetCustomAttribute<OneWayAttribute>());

    [Theory]
    [InlineData(typeof(IProxyGrain), nameof(IProxyGrain.View))]
    [InlineData(typeof(IChannelGrain), nameof(IChannelGrain.View))]
    [InlineData(typeof(IChannelGrain), nameof(IChannelGrain.SubmitUnits))]
    [InlineData(typeof(IProviderGrain), nameof(IProviderGrain.ChannelChanged))]
    [InlineData(typeof(ISettlementGrain), nameof(ISettlementGrain.Enqueue))]
    [InlineData(typeof(ISettlementGrain), nameof(ISettlementGrain.Find))]
    [InlineData(typeof(ISettlementGrain), nameof(ISettlementGrain.Retry))]
    [InlineData(typeof(IReputationGrain), nameof(IReputationGrain.Hear))]
    [InlineData(typeof(IReputationGrain), nameof(IReputationGrain.IsPartedFrom))]
    [InlineData(typeof(IReputationGrain), nameof(IReputationGrain.HasBlacklisted))]
    public void Call_FromWhomItsGrainMayWaitFor_IsLetInAtOnce(Type grain, string method) =>
        Assert.NotNull(Method(grain, method).GetCustomAttribute<AlwaysInterleaveAttribute>());

    [Fact]
    public void Pool_LetsInAllCalls() => Assert.Contains(
        typeof(GrainsOptions).Assembly.GetTypes(), type => type.IsAssignableTo(typeof(IPoolGrain)) && type.GetCustomAttribute<ReentrantAttribute>() is not null);

    private static MethodInfo Method(Type grain, string name) => grain.GetMethod(name)!;
}
