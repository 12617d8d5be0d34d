using Orleans.Runtime;
using Orleans.Storage;
using StandIns.OrleansRuntime;

namespace Orleans.Core;

/// <summary>One state of one activation over a storage provider. Operations queue: never two are in flight.</summary>
/// <remarks>A write asked for while another waits its turn joins that one, as in the real package.</remarks>
public class StateStorageBridge<TState> : IStorage<TState>
{
    private readonly string _name;
    private readonly IGrainContext _grainContext;
    private readonly IGrainStorage _store;
    private readonly object _lock = new();
    private GrainState<TState>? _state;
    private Operation? _tail;
    private bool _isRead;

    public StateStorageBridge(string name, IGrainContext grainContext, IGrainStorage store)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(grainContext);
        ArgumentNullException.ThrowIfNull(store);
        _name = name;
        _grainContext = grainContext;
        _store = store;
    }

    private enum Kind
    {
        Read,
        Write,
        Clear,
    }

    public TState State
    {
        get
        {
            GrainRuntime.CheckContext(RuntimeContext.Current);
            return _state is { } state ? state.State! : default!;
        }

        set
        {
            GrainRuntime.CheckContext(RuntimeContext.Current);
            Stored.State = value;
        }
    }

    public string? Etag
    {
        get => _state?.ETag;
        set => Stored.ETag = value;
    }

    public bool RecordExists => _isRead ? Stored.RecordExists : throw new InvalidOperationException("State has not yet been loaded");

    internal bool IsStateInitialized => _isRead;

    private GrainState<TState> Stored => _state ??= new GrainState<TState>(StateActivator.Create<TState>());

    public Task ReadStateAsync() => Enqueue(Kind.Read, default);

    public Task WriteStateAsync() => Enqueue(Kind.Write, default);

    public Task ClearStateAsync() => Enqueue(Kind.Clear, default);

    Task IStorage.ReadStateAsync(CancellationToken cancellationToken) => Enqueue(Kind.Read, cancellationToken);

    Task IStorage.WriteStateAsync(CancellationToken cancellationToken) => Enqueue(Kind.Write, cancellationToken);

    Task IStorage.ClearStateAsync(CancellationToken cancellationToken) => Enqueue(Kind.Clear, cancellationToken);

    private Task Enqueue(Kind kind, CancellationToken cancellation)
    {
        GrainRuntime.CheckContext(RuntimeContext.Current);
        lock (_lock)
        {
            if (kind != Kind.Read && !cancellation.CanBeCanceled && _tail is { Started: false, Cancellation.CanBeCanceled: false } tail && tail.Kind == kind)
            {
                return tail.Completion;
            }

            Operation operation = new(kind, cancellation);
            operation.Completion = Run(operation, _tail);
            _tail = operation;
            return operation.Completion;
        }
    }

    private async Task Run(Operation operation, Operation? predecessor)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            if (predecessor is not null)
            {
                await predecessor.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            GrainRuntime.CheckContext(RuntimeContext.Current);
            lock (_lock)
            {
                operation.Started = true;
            }

            bool satisfied = predecessor is { Completion.IsCompletedSuccessfully: true }
                && (operation.Kind == Kind.Read || (operation.Kind == Kind.Clear && predecessor.Kind == Kind.Clear));
            if (!satisfied)
            {
                await Call(operation);
            }

            _isRead |= operation.Kind == Kind.Read;
        }
        finally
        {
            lock (_lock)
            {
                if (ReferenceEquals(_tail, operation))
                {
                    _tail = null;
                }
            }
        }
    }

    private async Task Call(Operation operation)
    {
        try
        {
            await (operation.Kind switch
            {
                Kind.Read => _store.ReadStateAsync(_name, _grainContext.GrainId, Stored, operation.Cancellation),
                Kind.Write => _store.WriteStateAsync(_name, _grainContext.GrainId, Stored, operation.Cancellation),
                _ => _store.ClearStateAsync(_name, _grainContext.GrainId, Stored, operation.Cancellation),
            });
        }
        catch (OperationCanceledException) when (operation.Cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw new OrleansException(
                $"Error from storage provider {_store.GetType().Name}.{_name} during {operation.Kind}StateAsync for grain {_grainContext.GrainId}{Environment.NewLine} {exception}",
                exception);
        }
    }

    private sealed class Operation(Kind kind, CancellationToken cancellation)
    {
        public Kind Kind { get; } = kind;

        public CancellationToken Cancellation { get; } = cancellation;

        public bool Started { get; set; }

        public Task Completion { get; set; } = Task.CompletedTask;
    }
}
