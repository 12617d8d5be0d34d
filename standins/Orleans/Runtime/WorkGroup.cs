using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>The scheduler of one activation: runs its turns one after another on the thread pool, never two at once.</summary>
internal sealed class WorkGroup(IGrainContext? context) : TaskScheduler, IThreadPoolWorkItem, IWorkItemScheduler
{
    // A busy activation gives way to others after this many turns.
    private const int TurnsPerRun = 256;

    private readonly Queue<Task> _turns = new();
    private bool _scheduled;

    public override int MaximumConcurrencyLevel => 1;

    public void Execute()
    {
        IGrainContext? previous = RuntimeContext.Swap(context);
        try
        {
            for (int done = 0; done < TurnsPerRun; done++)
            {
                Task? turn;
                lock (_turns)
                {
                    if (!_turns.TryDequeue(out turn))
                    {
                        _scheduled = false;
                        return;
                    }
                }

                TryExecuteTask(turn);
            }
        }
        finally
        {
            RuntimeContext.Swap(previous);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void QueueAction(Action action) => Start(static state => ((Action)state!)(), action);

    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    /// <summary>Starts a turn that inherits nothing from the thread that asks for it.</summary>
    public void Start(Action<object?> action, object? state)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            new Task(action, state).Start(this);
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            new Task(action, state).Start(this);
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_turns)
        {
            _turns.Enqueue(task);
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && context is not null && ReferenceEquals(RuntimeContext.Current, context) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_turns)
        {
            return [.. _turns];
        }
    }
}
