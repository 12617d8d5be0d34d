using Orleans.Storage;

namespace Tachyon.Grains.Durability;

/// <summary>
/// One of several records of a grain, read and written by the grain itself: for grains whose state is too large to be
/// rewritten as a whole on every change. Each record has its own etag.
/// </summary>
/// <param name="storage">Where it is kept.</param>
/// <param name="name">The record's name, unlike that of any other state of the grain.</param>
/// <param name="grain">The grain.</param>
internal sealed class StoredRecord<T>(IGrainStorage storage, string name, GrainId grain) : IPersistentState<T>
    where T : class, new()
{
    private readonly GrainState<T> _state = new(new T());

    /// <inheritdoc />
    public T State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    /// <inheritdoc />
    public string? Etag => _state.ETag;

    /// <inheritdoc />
    public bool RecordExists => _state.RecordExists;

    /// <inheritdoc />
    public async Task ReadStateAsync()
    {
        await storage.ReadStateAsync(name, grain, _state);
        _state.State ??= new T();
    }

    /// <inheritdoc />
    public Task WriteStateAsync() => storage.WriteStateAsync(name, grain, _state);

    /// <inheritdoc />
    public Task ClearStateAsync() => storage.ClearStateAsync(name, grain, _state);
}
