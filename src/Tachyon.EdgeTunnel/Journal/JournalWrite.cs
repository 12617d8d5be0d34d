using System.Threading.Tasks.Sources;

namespace Tachyon.EdgeTunnel.Journal;

/// <summary>
/// One change to the journal, awaited until it is durable. Used once.
/// </summary>
/// <param name="isBrief">
/// Whether what follows on it is brief, and runs on the journal's thread: everything else leaves it at once, since it must get
/// on with the next commit.
/// </param>
internal abstract class JournalWrite(bool isBrief = false) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _done = new() { RunContinuationsAsynchronously = !isBrief };
    private bool _isDone;

    /// <summary>Completes when the change is durable; throws <see cref="JournalBrokenException"/> when that is unknown.</summary>
    public ValueTask Durable => new(this, _done.Version);

    /// <summary>Whether entries of ledgers that follow rest on it, so that none of them may be durable before it.</summary>
    public bool IsBarrier { get; set; }

    /// <summary>Changes the tables. Runs on the journal's thread, inside the transaction that the batch shares.</summary>
    public abstract void Apply(JournalStatements statements);

    internal void Complete()
    {
        if (IsFirst)
        {
            _done.SetResult(true);
        }
    }

    internal void Fail(Exception fault)
    {
        if (IsFirst)
        {
            _done.SetException(fault);
        }
    }

    // The log and the tables may both have it, on two threads; whichever is first ends the wait.
    private bool IsFirst => !Interlocked.Exchange(ref _isDone, true);

    void IValueTaskSource.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);
}

/// <summary>A change that is not frequent enough to deserve a class of its own.</summary>
internal sealed class JournalAction(Action<JournalStatements> apply) : JournalWrite
{
    public override void Apply(JournalStatements statements) => apply(statements);
}
