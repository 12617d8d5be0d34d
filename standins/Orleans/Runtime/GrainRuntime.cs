using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Timers;

namespace StandIns.OrleansRuntime;

/// <summary>What a silo offers to its grains.</summary>
internal sealed class GrainRuntime(
    SiloNode silo,
    IServiceProvider services,
    ITimerRegistry timers,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : IGrainRuntime, IGrainContextAccessor
{
    public string SiloIdentity => silo.Address.ToString();

    public SiloAddress SiloAddress => silo.Address;

    public IGrainFactory GrainFactory => silo.Factory;

    public ITimerRegistry TimerRegistry => timers;

    public IServiceProvider ServiceProvider => services;

    public TimeProvider TimeProvider => clock;

    public IGrainContext GrainContext => RuntimeContext.Current!;

    public static void CheckContext(IGrainContext? context)
    {
        if (context is null)
        {
            throw new InvalidOperationException("Activation access violation. A non-activation thread attempted to access activation services.");
        }
    }

    public void DeactivateOnIdle(IGrainContext grainContext) => grainContext.Deactivate(
        new DeactivationReason(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).DelayDeactivation(timeSpan);

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext)
    {
        Type grainType = grainContext.GrainInstance?.GetType() ?? throw new InvalidOperationException("The grain has not been made yet");
        return new StateStorageBridge<TGrainState>("state", grainContext, GrainStorageHelpers.GetGrainStorage(grainType, grainContext.ActivationServices));
    }
}
