using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>Notes on every silo which activation, on which silo, each call to a grain reached.</summary>
internal sealed class ActivationLog : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<GrainId, GrainAddress> _newest = new();
    private readonly ConcurrentDictionary<GrainAddress, byte> _all = new();
    private readonly ConcurrentDictionary<(GrainId, string), int> _calls = new();

    public Task Invoke(IIncomingGrainCallContext context)
    {
        GrainAddress address = context.TargetContext.Address;
        _newest[address.GrainId] = address;
        _all.TryAdd(address, 0);
        Task call = context.Invoke();

        // Only now: whatever it does before it first waits is done.
        _calls.AddOrUpdate((address.GrainId, context.InterfaceMethod.Name), 1, (_, count) => count + 1);
        return call;
    }

    /// <summary>How many calls of a method the grain has begun. Calls sent one after the other may begin in another order.</summary>
    public int Calls(IAddressable grain, string method) => _calls.GetValueOrDefault((grain.GetGrainId(), method));

    /// <summary>The silo whose activation answered the newest call to the grain.</summary>
    /// <exception cref="KeyNotFoundException">The grain was never called.</exception>
    public SiloAddress SiloOf(IAddressable grain) => _newest[grain.GetGrainId()].SiloAddress!;

    /// <summary>Every activation of the grain that ever answered.</summary>
    public GrainAddress[] ActivationsOf(IAddressable grain) => [.. _all.Keys.Where(address => address.GrainId == grain.GetGrainId())];
}
