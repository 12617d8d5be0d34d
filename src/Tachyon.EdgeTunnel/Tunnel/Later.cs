using System.Runtime.CompilerServices;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// Awaits a task and never goes on at once, also where it is complete already: the caller may hold a lock. What follows runs where the
/// task completes. It costs no task of its own, as <c>ForceYielding</c> would.
/// </summary>
internal readonly struct Later(ValueTask task) : ICriticalNotifyCompletion
{
    private readonly ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _awaiter = task.ConfigureAwait(false).GetAwaiter();

    public bool IsCompleted => false;

    public Later GetAwaiter() => this;

    public void GetResult() => _awaiter.GetResult();

    public void OnCompleted(Action continuation) => _awaiter.OnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => _awaiter.UnsafeOnCompleted(continuation);
}
