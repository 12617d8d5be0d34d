using System.Diagnostics;
using Orleans.CodeGeneration;
using Orleans.Runtime;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>A call on its way to a target, with the promise that waits for its response.</summary>
internal class Message(GrainId target, RuntimeNode sender, GrainId? sendingGrain)
{
    private int _completed;

    public GrainId Target { get; } = target;

    /// <summary>The silo or client that the call was made on.</summary>
    public RuntimeNode Sender { get; } = sender;

    public GrainId? SendingGrain { get; } = sendingGrain;

    public Invocation? Invocation { get; init; }

    public Dictionary<string, object>? RequestContext { get; init; }

    public InvokeMethodOptions Options { get; set; }

    public long StartedTimestamp { get; } = Stopwatch.GetTimestamp();

    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>The silo that the call was last handed to.</summary>
    public RuntimeNode? Receiver { get; set; }

    /// <summary>Set when the call carries a cancellation token; cancelled on the receiver's side.</summary>
    public CancellationTokenSource? CalleeCancellation { get; set; }

    public CancellationTokenRegistration CallerCancellation { get; set; }

    public int ForwardCount { get; set; }

    /// <summary>Kept with its activation: not sent on to another one. Timer ticks are.</summary>
    public virtual bool IsLocalOnly => false;

    /// <summary>Whether running it counts as activity, which puts idle collection off.</summary>
    public virtual bool IsKeepAlive => true;

    public bool IsOneWay => (Options & InvokeMethodOptions.OneWay) != 0;

    public bool IsReadOnly => (Options & InvokeMethodOptions.ReadOnly) != 0;

    public bool IsAlwaysInterleave => (Options & InvokeMethodOptions.AlwaysInterleave) != 0;

    public bool IsCompleted => Volatile.Read(ref _completed) != 0;

    public bool IsExpired => Timeout != System.Threading.Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(StartedTimestamp) > Timeout;

    /// <summary>Ends the wait, once; later outcomes are dropped.</summary>
    public bool TryComplete(object? result, Exception? exception)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        CallerCancellation.Dispose();
        Sender.Forget(this);
        SetOutcome(result, exception);
        return true;
    }

    /// <summary>Answers with an exception, as a copy that the caller may keep.</summary>
    public void Reject(Exception exception)
    {
        if (IsOneWay)
        {
            return;
        }

        Exception copy;
        try
        {
            copy = (Exception)CodecCatalog.Shared.Get<Exception>().RoundTrip(exception, Sender)!;
        }
        catch (Exception failure)
        {
            // As in the real package, the caller then learns that the exception could not be sent, and which one it was.
            copy = failure;
        }

        TryComplete(null, copy);
    }

    public override string ToString() =>
        $"{(IsOneWay ? "OneWay" : "Request")} [{SendingGrain?.ToString() ?? Sender.Name}]->[{Target}] {Invocation?.Entry}";

    protected virtual void SetOutcome(object? result, Exception? exception)
    {
    }
}

internal sealed class Message<T>(GrainId target, RuntimeNode sender, GrainId? sendingGrain) : Message(target, sender, sendingGrain)
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    protected override void SetOutcome(object? result, Exception? exception)
    {
        if (exception is not null)
        {
            _completion.TrySetException(exception);
        }
        else
        {
            _completion.TrySetResult((T)result!);
        }
    }
}
