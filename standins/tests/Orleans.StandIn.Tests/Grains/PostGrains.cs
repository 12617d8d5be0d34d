using System.Runtime.CompilerServices;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.StandIn.Tests;

[Alias("IPost")]
public interface IPost : IGrainWithStringKey
{
    Task Subscribe(IListener listener);

    Task Send(string text);

    Task<int> Ask(int number);

    Task<int> AskImpatiently(int number);

    Task<string> WaitFor(string gate, CancellationToken cancellation);

    Task<string?> Context(string key);

    Task<string?> ContextFrom(string other, string key);

    Task<Guid> SelfThroughReference(IPost self);

    IAsyncEnumerable<Parcel> Stream(int count, CancellationToken cancellation);

    Task<Immutable<byte[]>> Same(Immutable<byte[]> bytes);

    Task<Label> SameLabel(Label label);

    Task<object> Any(object value);

    Task<IReadOnlyList<Shape>> Shapes(IReadOnlyList<Shape> shapes);

    Task<Money> Pay(Money amount);

    Task FailForeign();

    Task FailSystem();

    Task<Guid> Number(Guid id, DateTimeOffset at, decimal amount, DayOfWeek day, (int, string?) pair, Dictionary<string, byte[]> map);
}

[Alias("IListener")]
public interface IListener : IGrainObserver
{
    void Heard(string text);

    Task<int> Asked(int number);

    [ResponseTimeout("00:00:00.300")]
    Task<int> AskedImpatiently(int number);
}

[GenerateSerializer, Immutable, Alias("Label")]
public sealed record Label(string Text, [property: Id(0)] int Weight = 0);

[GenerateSerializer, Alias("Shape")]
public abstract record Shape
{
    [Id(0)]
    public string? Name { get; init; }
}

[GenerateSerializer, Alias("Circle")]
public sealed record Circle([property: Id(0)] double Radius) : Shape;

[GenerateSerializer, Alias("Square")]
public sealed record Square : Shape
{
    [Id(0)]
    private readonly int _side;

    public Square(int side) => _side = side;

    public int Side => _side;
}

/// <summary>A type of a library that knows nothing of Orleans.</summary>
public readonly struct Money(ulong units)
{
    public ulong Units { get; } = units;
}

[GenerateSerializer, Alias("MoneySurrogate")]
public struct MoneySurrogate
{
    [Id(0)]
    public ulong Units { get; set; }
}

[RegisterConverter]
public sealed class MoneyConverter : IConverter<Money, MoneySurrogate>
{
    public Money ConvertFromSurrogate(in MoneySurrogate surrogate) => new(surrogate.Units);

    public MoneySurrogate ConvertToSurrogate(in Money value) => new() { Units = value.Units };
}

public sealed class ForeignException(string message) : Exception(message);

internal sealed class PostGrain : Grain, IPost
{
    private IListener? _listener;

    public Task Subscribe(IListener listener)
    {
        _listener = listener;
        return Task.CompletedTask;
    }

    public Task Send(string text)
    {
        _listener!.Heard(text);
        return Task.CompletedTask;
    }

    public Task<int> Ask(int number) => _listener!.Asked(number);

    public Task<int> AskImpatiently(int number) => _listener!.AskedImpatiently(number);

    public async Task<string> WaitFor(string gate, CancellationToken cancellation)
    {
        Gates.Log(gate).Enqueue("waiting");
        try
        {
            await Gates.Gate(gate).Task.WaitAsync(cancellation);
            return "came";
        }
        catch (OperationCanceledException)
        {
            Gates.Log(gate).Enqueue("cancelled");
            throw;
        }
    }

    public Task<string?> Context(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public async Task<string?> ContextFrom(string other, string key)
    {
        RequestContext.Set("own", "set-by-" + this.GetPrimaryKeyString());
        return $"{await GrainFactory.GetGrain<IPost>(other).Context(key)},{await GrainFactory.GetGrain<IPost>(other).Context("own")}";
    }

    public Task<Guid> SelfThroughReference(IPost self)
    {
        bool same = self.Equals(this.AsReference<IPost>()) && self.GetGrainId() == this.GetGrainId();
        return Task.FromResult(same ? Guid.Empty : Guid.NewGuid());
    }

    public async IAsyncEnumerable<Parcel> Stream(int count, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return new Parcel(i.ToString(), [i]);
        }
    }

    public Task<Immutable<byte[]>> Same(Immutable<byte[]> bytes) => Task.FromResult(bytes);

    public Task<Label> SameLabel(Label label) => Task.FromResult(label);

    public Task<object> Any(object value) => Task.FromResult(value);

    public Task<IReadOnlyList<Shape>> Shapes(IReadOnlyList<Shape> shapes) => Task.FromResult(shapes);

    public Task<Money> Pay(Money amount) => Task.FromResult(amount);

    public Task FailForeign() => throw new ForeignException("foreign");

    public Task FailSystem() => throw new ArgumentException("bad", new IOException("deep"));

    public Task<Guid> Number(Guid id, DateTimeOffset at, decimal amount, DayOfWeek day, (int, string?) pair, Dictionary<string, byte[]> map) =>
        Task.FromResult(at.Offset == TimeSpan.FromHours(2) && amount == -1.25m && day == DayOfWeek.Friday && pair is (7, null) && map["a"] is [1, 2] ? id : Guid.Empty);
}
