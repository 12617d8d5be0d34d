namespace Orleans.StandIn.Tests;

[Alias("ITicking")]
public interface ITicking : IGrainWithStringKey
{
    Task Start(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive);

    Task Change(TimeSpan due, TimeSpan period);

    Task Stop();

    Task Hold(string gate);

    Task StartThrowing();
}

internal sealed class TickingGrain : Grain, ITicking
{
    private Runtime.IGrainTimer? _timer;

    public Task Start(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive)
    {
        _timer = this.RegisterGrainTimer(
            (cancellation) => Tick(),
            new Runtime.GrainTimerCreationOptions { DueTime = due, Period = period, Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public async Task Hold(string gate)
    {
        Gates.Log(this.GetPrimaryKeyString()).Enqueue("hold");
        await Gates.Gate(gate).Task;
        Gates.Log(this.GetPrimaryKeyString()).Enqueue("release");
    }

    public Task StartThrowing()
    {
        _timer = this.RegisterGrainTimer(
            async () =>
            {
                await Tick();
                throw new InvalidOperationException("tick");
            },
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1));
        return Task.CompletedTask;
    }

    private Task Tick()
    {
        Gates.Log(this.GetPrimaryKeyString()).Enqueue("tick");
        return Task.CompletedTask;
    }
}
