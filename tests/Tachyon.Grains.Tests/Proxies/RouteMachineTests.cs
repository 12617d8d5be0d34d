using FsCheck;
using FsCheck.Fluent;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>
/// Two routes through one exit, in any order of use, units, answers and counts, with what is pushed lost, writes that fail before
/// or after they are done, silos killed, the exit dead, cheating, closing or claiming what it never served, consumers that vanish, come back,
/// ask again, replay or close with old units, promises that come late, strangers that ask and never lock, and blocks replaced: at no moment has
/// the proxy signed more downstream than it can collect upstream, and when all is settled it has lost nothing but what a lying exit had burned: a
/// checkpoint of each pool that was on its way to settlement, and no pool after that.
/// </summary>
public sealed class RouteMachineTests : IAsyncLifetime
{
    private RouteRig _rig = null!;

    public async Task InitializeAsync() => _rig = await RouteRig.Start(
        options =>
        {
            options.ProxyPoolStepBytes = 20 * RouteRig.MB;
            options.ProxyIdleAge = TimeSpan.FromHours(2);
        },
        GrainCluster.ChainOptions(RouteMachineRun.FinalityDepth));

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public void WhateverHappens_TheProxyNeverSignsMoreThanItCanCollect_AndLosesNothing() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(6),
        Prop.ForAll(
            Gen.ArrayOf(Gen.Zip(Gen.Elements(Enum.GetValues<RouteStep>()), Gen.Choose(1, 40)), 40).ToArbitrary(),
            steps =>
            {
                // Apart from the threads that tests run on, of which there are few: this one waits.
                Task.Run(() => Run(steps)).GetAwaiter().GetResult();
                return true;
            }));

    private async Task Run((RouteStep Step, int Size)[] steps)
    {
        var run = new RouteMachineRun(_rig);
        await run.Begin();
        try
        {
            foreach ((RouteStep step, int size) in steps)
            {
                await run.Take(step, size);
                await run.AssertCovered();
            }
        }
        finally
        {
            _rig.Cluster.Faults.FailBeforeWriting("channel", count: 0);
        }

        await run.Finish();
    }
}
