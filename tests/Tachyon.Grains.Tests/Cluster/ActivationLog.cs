using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Notes on every silo which activation, on which silo, each call to a grain reached.</summary>
internal sealed class ActivationLog : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<GrainId, GrainAddress> _newest = new();
    private readonly ConcurrentDictionary<GrainAddress, byte> _all = new();

    public Task Invoke(IIncomingGrainCallContext context)
    {
        GrainAddress address = context.TargetContext.Address;
        _newest[address.GrainId] = address;
        _all.TryAdd(address, 0);
        return context.Invoke();
    }

    /// <summary>The silo whose activation answered the newest call to the grain.</summary>
    /// <exception cref="KeyNotFoundException">The grain was never called.</exception>
    public SiloAddress SiloOf(IAddressable grain) => _newest[grain.GetGrainId()].SiloAddress!;

    /// <summary>Every activation of the grain that ever answered.</summary>
    public GrainAddress[] ActivationsOf(IAddressable grain) => [.. _all.Keys.Where(address => address.GrainId == grain.GetGrainId())];
}
