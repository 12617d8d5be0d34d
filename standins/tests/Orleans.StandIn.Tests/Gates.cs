using System.Collections.Concurrent;

namespace Orleans.StandIn.Tests;

/// <summary>What grains and tests of one process tell one another outside of calls, by key.</summary>
internal static class Gates
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> s_gates = new();
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> s_logs = new();

    public static TaskCompletionSource Gate(string key) =>
        s_gates.GetOrAdd(key, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public static ConcurrentQueue<string> Log(string key) => s_logs.GetOrAdd(key, static _ => new ConcurrentQueue<string>());
}
