using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class FilterTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1)
        .ConfigureSilo((_, silo) => silo
            .AddIncomingGrainCallFilter(async context =>
            {
                Gates.Log("filter" + context.TargetId.Key).Enqueue($"in:{context.MethodName}:{context.ImplementationMethod.DeclaringType!.Name}");
                await context.Invoke();
                if (context.MethodName == nameof(ICounter.Add))
                {
                    context.Result = (int)context.Result! * 10;
                }
            })
            .AddOutgoingGrainCallFilter<Outgoing>())
        .ConfigureClient(client => client.AddOutgoingGrainCallFilter(async context =>
        {
            Gates.Log("filter" + context.TargetId.Key).Enqueue($"out:{context.InterfaceMethod.Name}");
            if (context.MethodName == nameof(ICounter.Echo))
            {
                context.Request.SetArgument(0, new Parcel("changed", []));
            }

            await context.Invoke();
        }))
        .Build();

    private readonly string _key = Guid.NewGuid().ToString("N");

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task Filters_SeeTheCallOnBothSidesAndMayChangeItsResult()
    {
        Assert.Equal(30, await _cluster.Client.GetGrain<ICounter>(_key).Add(3));
        Assert.Equal([$"out:Add", "in:Add:CounterGrain"], Gates.Log("filter" + _key));
    }

    [Fact]
    public async Task OutgoingFilter_MayChangeArguments() =>
        Assert.Equal("changed", (await _cluster.Client.GetGrain<ICounter>(_key).Echo(new Parcel("sent", []))).Name);

    [Fact]
    public async Task Filters_LetExceptionsThrough() =>
        await Assert.ThrowsAsync<CounterException>(() => _cluster.Client.GetGrain<ICounter>(_key).Fail("x"));

    [Fact]
    public async Task OutgoingFilterOfASilo_SeesCallsOfItsServices()
    {
        await _cluster.GetSiloServiceProvider().GetRequiredService<IGrainFactory>().GetGrain<ICounter>(_key).Value();
        Assert.Equal("silo-out:Value", Gates.Log("filter" + _key).First());
    }

    private sealed class Outgoing : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context)
        {
            Gates.Log("filter" + context.TargetId.Key).Enqueue($"silo-out:{context.MethodName}");
            return context.Invoke();
        }
    }
}
