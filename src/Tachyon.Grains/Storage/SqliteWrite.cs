namespace Tachyon.Grains.Storage;

/// <summary>A write on its way to a transaction of the group's writer.</summary>
internal abstract class SqliteWrite
{
    /// <summary>Called on the writer's thread, within a transaction; again when that had to be undone for another's fault.</summary>
    internal abstract void Execute(SqliteSession session);

    /// <summary>Called on a thread of the pool once the transaction is durable.</summary>
    internal abstract void Acknowledge();

    /// <summary>Called on any thread when nothing of the write was done, or nobody knows.</summary>
    internal abstract void Fail(Exception fault);
}

/// <summary>A write that is a function.</summary>
internal sealed class SqliteWrite<T>(Func<SqliteSession, T> write) : SqliteWrite
{
    // Continuations run elsewhere: those of one caller must not hold up the acknowledgement of another.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    internal Task<T> Task => _completion.Task;

    internal override void Execute(SqliteSession session) => _result = write(session);

    internal override void Acknowledge() => _completion.SetResult(_result!);

    internal override void Fail(Exception fault) => _completion.TrySetException(fault);
}
