using Orleans.Runtime;
using Orleans.Storage;

namespace Tachyon.Silo.Tests.Fixtures;

/// <summary>The storage of a silo whose process may die at one of its writes.</summary>
internal sealed class MortalStorage(IGrainStorage inner, SiloDeath death) : IGrainStorage
{
    private readonly int _life = death.Life;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        death.WriteAsync(_life, () => inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        death.WriteAsync(_life, () => inner.ClearStateAsync(stateName, grainId, grainState));
}
