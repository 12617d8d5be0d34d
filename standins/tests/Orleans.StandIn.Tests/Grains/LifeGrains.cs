using Orleans.Runtime;

namespace Orleans.StandIn.Tests;

[Alias("ILife")]
public interface ILife : IGrainWithStringKey
{
    Task<string> Silo();

    Task End();

    Task KeepFor(TimeSpan span);

    Task Nothing();

    Task HoldOn(string gate);
}

/// <summary>Notes in the log of its key what happens to it.</summary>
internal class LifeGrain(ILocalSiloDetails silo) : Grain, ILife
{
    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Gates.Log(Key).Enqueue("activate");
        return Key.StartsWith("refuses", StringComparison.Ordinal) ? throw new CounterException("cannot", 3) : Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (Key.StartsWith("slow", StringComparison.Ordinal))
        {
            await Gates.Gate(Key + "-deactivating").Task;
        }

        Gates.Log(Key).Enqueue($"deactivate:{reason.ReasonCode}");
    }

    public Task<string> Silo() => Task.FromResult(silo.Name);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task KeepFor(TimeSpan span)
    {
        DelayDeactivation(span);
        return Task.CompletedTask;
    }

    public Task Nothing() => Task.CompletedTask;

    public Task HoldOn(string gate)
    {
        Gates.Log(Key).Enqueue("holding");
        return Gates.Gate(gate).Task;
    }
}

[KeepAlive]
internal sealed class LastingLifeGrain(ILocalSiloDetails silo) : LifeGrain(silo);
