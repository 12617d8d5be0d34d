namespace Orleans.StandIn.Tests;

[Alias("ICounter")]
public interface ICounter : IGrainWithStringKey
{
    Task<int> Add(int amount);

    ValueTask<int> Value();

    Task<Parcel> Echo(Parcel parcel);

    Task Fail(string message);
}

[GenerateSerializer, Alias("Parcel")]
public sealed record Parcel([property: Id(0)] string Name, [property: Id(1)] List<int> Numbers, [property: Id(2)] Parcel? Next = null);

[GenerateSerializer, Alias("CounterException")]
public sealed class CounterException(string message, int code) : Exception(message)
{
    [Id(0)]
    public int Code { get; } = code;
}

internal sealed class CounterGrain : Grain, ICounter
{
    private int _value;

    public Task<int> Add(int amount)
    {
        _value += amount;
        return Task.FromResult(_value);
    }

    public ValueTask<int> Value() => new(_value);

    public Task<Parcel> Echo(Parcel parcel) => Task.FromResult(parcel);

    public Task Fail(string message) => throw new CounterException(message, 7);
}
