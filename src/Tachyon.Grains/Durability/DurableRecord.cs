using Orleans.Storage;

namespace Tachyon.Grains.Durability;

/// <summary>
/// An activation's one record and the one loop that writes it. Changes that arrive during a write share the next
/// one; each is answered only once a write that holds it is durable.
/// </summary>
/// <remarks>
/// <para>The state is immutable. <see cref="Newest"/> is what commands decide on; <see cref="Durable"/> is what may be
/// shown. Deciding and calling <see cref="SaveAsync"/> must happen without an await in between, so that no decision
/// rests on a state that another call has replaced.</para>
/// <para>There are never two storage operations in flight. After a failed write its outcome is unknown: everyone who
/// waited is told, nothing further is taken, and the record is read again; if that fails too, or another activation
/// turns out to have written, this activation ends (style, Concurrency in grains).</para>
/// <para>Used on the activation's scheduler only.</para>
/// </remarks>
internal sealed class DurableRecord<T>
    where T : class
{
    private readonly IPersistentState<T> _storage;
    private readonly Action _deactivate;
    private readonly Action? _forget;
    private T _newest;
    private T _durable;
    private TaskCompletionSource? _waiting;
    private TaskCompletionSource? _inFlight;
    private Task _loop = Task.CompletedTask;
    private bool _writing;
    private Exception? _fault;

    /// <summary>Wraps a record that the runtime has read.</summary>
    /// <param name="storage">The record. Nobody else may write it.</param>
    /// <param name="deactivate">Ends the activation as soon as it is idle.</param>
    /// <param name="forget">
    /// Forgets what was made from the record. Called at every fault, before the record is read again: what is read may be what another
    /// activation wrote, and what was made from the one before would be written over it.
    /// </param>
    internal DurableRecord(IPersistentState<T> storage, Action deactivate, Action? forget = null)
    {
        _storage = storage;
        _deactivate = deactivate;
        _forget = forget;
        _newest = _durable = storage.State;
    }

    /// <summary>The newest state, durable or about to be.</summary>
    internal T Newest => Sound(_newest);

    /// <summary>The last state known to be durable.</summary>
    internal T Durable => Sound(_durable);

    /// <summary>Makes <paramref name="next"/> the newest state; completes when it, or a later one built on it, is durable.</summary>
    /// <exception cref="StorageFaultException">It could not be made durable, or nobody knows.</exception>
    internal Task SaveAsync(T next)
    {
        _newest = Sound(next);

        // Not asynchronous: those who wait go on within the turn in which the write returns, after the states are set.
        _waiting ??= new TaskCompletionSource();
        Task saved = _waiting.Task;
        if (!_writing)
        {
            _loop = WriteAllAsync();
        }

        return saved;
    }

    /// <summary>Completes when what is <see cref="Newest"/> now is durable; at once when it is already.</summary>
    /// <exception cref="StorageFaultException">It could not be made durable, or nobody knows.</exception>
    internal Task WhenDurableAsync()
    {
        _ = Newest;
        return (_waiting ?? _inFlight)?.Task ?? Task.CompletedTask;
    }

    /// <summary>Whether a write is under way.</summary>
    internal bool IsWriting => _inFlight is not null;

    /// <summary>Ends as the write under way ends; at once when there is none.</summary>
    internal Task WrittenAsync() => _inFlight?.Task ?? Task.CompletedTask;

    /// <summary>Completes when no write is under way. For the end of an activation.</summary>
    internal Task DrainAsync() => _loop;

    private async Task WriteAllAsync()
    {
        _writing = true;
        while (_waiting is { } waiting)
        {
            _waiting = null;
            _inFlight = waiting;
            T written = _newest;
            try
            {
                _storage.State = written;
                await _storage.WriteStateAsync();
                _durable = written;
                _inFlight = null;
                waiting.SetResult();
            }
#pragma warning disable CA1031 // Any fault of any provider means the same: the outcome is unknown.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                await RecoverAsync(waiting, fault);
            }
        }

        _writing = false;
    }

    private async Task RecoverAsync(TaskCompletionSource waiting, Exception fault)
    {
        // From here to the end of the read every call is refused, so nothing can be built on a state that may be lost.
        _fault = fault;
        _forget?.Invoke();
        TaskCompletionSource? later = _waiting;
        _waiting = null;
        _inFlight = null;

        if (fault is not InconsistentStateException)
        {
            try
            {
                await _storage.ReadStateAsync();
                _newest = _durable = _storage.State;
                _fault = null;
            }
#pragma warning disable CA1031 // As above; the first fault is the one to report.
            catch (Exception)
#pragma warning restore CA1031
            {
                // Storage is down: the next activation will read it again.
            }
        }

        if (_fault is not null)
        {
            _deactivate();
        }

        waiting.SetException(new StorageFaultException(fault));
        later?.SetException(new StorageFaultException(fault));
    }

    private T Sound(T state) => _fault is null ? state : throw new StorageFaultException(_fault);
}
