using Orleans.Runtime;
using Orleans.Storage;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>
/// A storage in memory with etags, whose n-th operation fails once: reads before they answer, writes before or after they
/// are done.
/// </summary>
internal sealed class CrashingStorage : IGrainStorage
{
    private readonly Dictionary<(string Name, GrainId Grain), (object? State, long Version)> _records = [];
    private int _failAt;
    private bool _afterwards;
    private int _actAt;
    private Func<Task> _act = () => Task.CompletedTask;

    /// <summary>Operations since the last call of <see cref="FailAt"/>.</summary>
    public int Operations { get; private set; }

    /// <summary>Writes that were done.</summary>
    public int Writes { get; private set; }

    /// <summary>The n-th operation from now fails; 0 for none.</summary>
    public void FailAt(int operation, bool afterwards = false)
    {
        Operations = 0;
        _failAt = operation;
        _afterwards = afterwards;
    }

    /// <summary>Before the n-th operation from now something else happens.</summary>
    public void At(int operation, Func<Task> act)
    {
        Operations = 0;
        _actAt = operation;
        _act = act;
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (await IsToFail())
        {
            throw new IOException("the disk cannot be read on purpose");
        }

        bool found = _records.TryGetValue((stateName, grainId), out var record);
        grainState.State = found && record.State is T state ? state : Activator.CreateInstance<T>();
        grainState.RecordExists = found && record.State is not null;
        grainState.ETag = found ? $"{record.Version}" : null;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Replace(stateName, grainId, grainState, grainState.State);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Replace(stateName, grainId, grainState, null);

    private async Task Replace<T>(string stateName, GrainId grainId, IGrainState<T> grainState, object? state)
    {
        bool fails = await IsToFail();
        if (fails && !_afterwards)
        {
            throw new IOException("the disk fails on purpose before the write");
        }

        bool found = _records.TryGetValue((stateName, grainId), out var record);
        if (grainState.ETag != (found ? $"{record.Version}" : null))
        {
            throw new InconsistentStateException($"{stateName} was written by another", $"{record.Version}", grainState.ETag ?? "none");
        }

        Writes++;
        _records[(stateName, grainId)] = (state, record.Version + 1);
        if (fails)
        {
            throw new IOException("the disk fails on purpose after the write");
        }

        grainState.ETag = $"{record.Version + 1}";
        grainState.RecordExists = state is not null;
    }

    private async Task<bool> IsToFail()
    {
        bool fails = ++Operations == _failAt;
        if (Operations == _actAt)
        {
            await _act();
        }

        return fails;
    }
}
