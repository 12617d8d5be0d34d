using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>A grain storage that fails when the test says so, and otherwise is the one behind it.</summary>
internal sealed class FaultInjectingStorage(IGrainStorage inner, StorageFaults faults, Serializer serializer) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        faults.BeforeRead(stateName);
        faults.BeforeAnything(grainId.Key.ToString()!);
        return inner.ReadStateAsync(stateName, grainId, grainState);
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        faults.AroundWrite(stateName, () =>
        {
            faults.BeforeAnything(grainId.Key.ToString()!);
            faults.Sizes?.Add(stateName, serializer.SerializeToArray(grainState.State).Length);
            return inner.WriteStateAsync(stateName, grainId, grainState);
        });

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        faults.AroundWrite(stateName, () => inner.ClearStateAsync(stateName, grainId, grainState));
}
