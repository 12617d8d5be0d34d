using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>
/// For tests of the stand-in's users under standins/ only: gives a grain a second activation, as may happen on Orleans
/// for a moment after a silo died. Nothing like it exists in the real package.
/// </summary>
public static class DuplicateActivation
{
    /// <summary>
    /// Activates <paramref name="grain"/> once more, on the silo that <paramref name="siloServices"/> belong to. Callers on the first
    /// activation's silo go on reaching that one until it ends; all others reach the second.
    /// </summary>
    /// <exception cref="InvalidOperationException">The grain is not active, or is active on that very silo.</exception>
    public static void Inject(IServiceProvider siloServices, IAddressable grain)
    {
        SiloNode silo = siloServices.GetRequiredService<SiloNode>();
        silo.Cluster.Duplicate(grain.GetGrainId(), silo);
    }
}
