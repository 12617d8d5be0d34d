using Orleans.Runtime;

namespace Orleans.StandIn.Tests;

[GenerateSerializer, Alias("Purse")]
public sealed class Purse
{
    [Id(0)]
    public int Coins { get; set; }

    [Id(1)]
    public List<string> Notes { get; set; } = [];
}

[Alias("IStateful")]
public interface IStateful : IGrainWithStringKey
{
    Task<int> Coins();

    Task<bool> Exists();

    Task<string?> Etag();

    Task Put(int coins);

    Task PutTwiceAtOnce(int coins);

    Task Clear();

    /// <summary>Writes, and swallows what the storage throws.</summary>
    Task<bool> TryPut(int coins);

    Task<string> ReadStateOutsideTheGrain();

    Task<string> Silo();
}

internal sealed class StatefulGrain([PersistentState("purse", "main")] IPersistentState<Purse> purse, ILocalSiloDetails silo) : Grain, IStateful
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Gates.Log(this.GetPrimaryKeyString()).Enqueue($"activate:{purse.State.Coins}");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Gates.Log(this.GetPrimaryKeyString()).Enqueue($"deactivate:{reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<int> Coins() => Task.FromResult(purse.State.Coins);

    public Task<bool> Exists() => Task.FromResult(purse.RecordExists);

    public Task<string?> Etag() => Task.FromResult(purse.Etag);

    public Task Put(int coins)
    {
        purse.State.Coins = coins;
        return purse.WriteStateAsync();
    }

    public async Task PutTwiceAtOnce(int coins)
    {
        purse.State.Coins = coins;
        Task first = purse.WriteStateAsync();
        Task second = purse.WriteStateAsync();
        await Task.WhenAll(first, second);
    }

    public Task Clear() => purse.ClearStateAsync();

    public async Task<bool> TryPut(int coins)
    {
        try
        {
            await Put(coins);
            return true;
        }
        catch (Storage.InconsistentStateException)
        {
            return false;
        }
    }

    public async Task<string> ReadStateOutsideTheGrain()
    {
        try
        {
            return (await Task.Run(() => purse.State)).ToString()!;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    public Task<string> Silo() => Task.FromResult(silo.Name);
}

[Alias("IOldStyle")]
public interface IOldStyle : IGrainWithIntegerKey
{
    Task<int> Add(int coins);
}

[Providers.StorageProvider(ProviderName = "main")]
internal sealed class OldStyleGrain : Grain<Purse>, IOldStyle
{
    public async Task<int> Add(int coins)
    {
        State.Coins += coins;
        await WriteStateAsync();
        return State.Coins;
    }
}

[Alias("IUnprovided")]
public interface IUnprovided : IGrainWithStringKey
{
    Task Nothing();
}

internal sealed class UnprovidedGrain([PersistentState("x", "nowhere")] IPersistentState<Purse> purse) : Grain, IUnprovided
{
    public Task Nothing() => Task.FromResult(purse.State);
}
