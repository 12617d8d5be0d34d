using Orleans.Concurrency;
using Orleans.Serialization.Invocation;

namespace Orleans.StandIn.Tests;

[Alias("ITurns")]
public interface ITurns : IGrainWithStringKey
{
    Task Hold(string gate);

    Task Quick();

    [AlwaysInterleave]
    Task Interleaved();

    [ReadOnly]
    Task ReadHold(string gate);

    [ReadOnly]
    Task ReadQuick();

    [OneWay]
    Task Tell(string gate);

    /// <summary>Calls itself through another grain.</summary>
    Task CallBackThrough(string other);

    Task CallInto(string key);

    [ResponseTimeout("00:00:00.300")]
    Task CallBackImpatiently(string other);

    [ResponseTimeout("00:00:00.300")]
    Task CallBackImpatientlyOn(string gate);

    Task<int> CountInParallel(int workers);

    Task<bool> LeaveAndComeBack();

    Task CallBackAllowed(string other);
}

internal class TurnsGrain : Grain, ITurns
{
    private int _count;

    public Task Hold(string gate) => Wait(gate, "hold");

    public Task Quick() => Note("quick");

    public Task Interleaved() => Note("interleaved");

    public Task ReadHold(string gate) => Wait(gate, "read");

    public Task ReadQuick() => Note("read-quick");

    public async Task Tell(string gate)
    {
        await Gates.Gate(gate).Task;
        await Note("told");
        throw new InvalidOperationException("Nobody hears this");
    }

    public Task CallBackThrough(string other) => GrainFactory.GetGrain<ITurns>(other, typeof(TurnsGrain).FullName).CallInto(this.GetPrimaryKeyString());

    public Task CallInto(string key) => GrainFactory.GetGrain<ITurns>(key, typeof(TurnsGrain).FullName).Quick();

    public Task CallBackImpatiently(string other) => CallBackThrough(other);

    public Task CallBackImpatientlyOn(string gate) => Hold(gate);

    public async Task<int> CountInParallel(int workers)
    {
        // Without turns, increments around a yield would be lost.
        await Task.WhenAll(Enumerable.Range(0, workers).Select(async _ =>
        {
            for (int i = 0; i < 100; i++)
            {
                int seen = _count;
                Thread.SpinWait(50);
                _count = seen + 1;
                await Task.Yield();
            }
        }));
        return _count;
    }

    public async Task<bool> LeaveAndComeBack()
    {
        TaskScheduler own = TaskScheduler.Current;
        bool left = await Task.Run(() => TaskScheduler.Current != own && Orleans.Runtime.RuntimeContext.Current is null);
        return left && TaskScheduler.Current == own && Orleans.Runtime.RuntimeContext.Current is not null;
    }

    public async Task CallBackAllowed(string other)
    {
        using (Orleans.Runtime.RequestContext.AllowCallChainReentrancy())
        {
            await CallBackThrough(other);
        }
    }

    private async Task Wait(string gate, string what)
    {
        await Note(what + "-start");
        await Gates.Gate(gate).Task;
        await Note(what + "-end");
    }

    private Task Note(string what)
    {
        Gates.Log(this.GetPrimaryKeyString()).Enqueue(what);
        return Task.CompletedTask;
    }
}

[Reentrant]
internal sealed class ReentrantTurnsGrain : TurnsGrain;

[MayInterleave(nameof(Allows))]
internal sealed class PickyTurnsGrain : TurnsGrain
{
    public static bool Allows(IInvokable request) => request.GetMethodName() == nameof(ITurns.Quick);
}
