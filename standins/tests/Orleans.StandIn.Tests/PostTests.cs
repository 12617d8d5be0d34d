using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace Orleans.StandIn.Tests;

public sealed class PostTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1).Build();
    private readonly string _key = Guid.NewGuid().ToString("N");

    private IPost Grain => _cluster.Client.GetGrain<IPost>(_key);

    private IPost LocalGrain => _cluster.GetSiloServiceProvider().GetRequiredService<IGrainFactory>().GetGrain<IPost>(_key);

    public Task InitializeAsync() => _cluster.DeployAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task Observer_IsToldAndAsked_InOrder()
    {
        Listener listener = new();
        IListener reference = _cluster.Client.CreateObjectReference<IListener>(listener);
        await Grain.Subscribe(reference);
        for (int i = 0; i < 50; i++)
        {
            await Grain.Send($"{i}");
        }

        Assert.Equal(43, await Grain.Ask(42));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), listener.Heard);
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task Observer_Deleted_CanNotBeAsked()
    {
        Listener listener = new();
        IListener reference = _cluster.Client.CreateObjectReference<IListener>(listener);
        await Grain.Subscribe(reference);
        _cluster.Client.DeleteObjectReference<IListener>(reference);
        await Assert.ThrowsAsync<TimeoutException>(() => Grain.AskImpatiently(1));
        Assert.Throws<ArgumentException>(() => _cluster.Client.DeleteObjectReference<IListener>(reference));
    }

    [Fact]
    public async Task Observer_HandedOverAsItself_IsRefused() =>
        await Assert.ThrowsAsync<NotSupportedException>(() => Grain.Subscribe(new Listener()));

    [Fact]
    public async Task Cancellation_OfTheCaller_CancelsTheCallee()
    {
        using CancellationTokenSource source = new();
        Task<string> call = Grain.WaitFor(_key, source.Token);
        await Waiting.Until(() => Gates.Log(_key).Contains("waiting"));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Waiting.Until(() => Gates.Log(_key).Contains("cancelled"));
    }

    [Fact]
    public async Task Cancellation_BeforeTheCall_SendsNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain.WaitFor(_key, new CancellationToken(canceled: true)));
        Assert.Empty(Gates.Log(_key));
    }

    [Fact]
    public async Task Cancellation_WhileQueued_TakesTheRequestOut()
    {
        using CancellationTokenSource source = new();
        Task<string> first = Grain.WaitFor(_key, default);
        await Waiting.Until(() => Gates.Log(_key).Contains("waiting"));
        Task<string> second = Grain.WaitFor(_key, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Gates.Gate(_key).SetResult();
        Assert.Equal("came", await first);
        Assert.Equal(["waiting"], Gates.Log(_key));
    }

    [Fact]
    public async Task RequestContext_TravelsDownTheChainAndNotBack()
    {
        RequestContext.Set("who", "me");
        Assert.Equal($"me,set-by-{_key}", await Grain.ContextFrom("other" + _key, "who"));
        Assert.Null(RequestContext.Get("own"));
        RequestContext.Clear();
        Assert.Null(await Grain.Context("who"));
    }

    [Fact]
    public async Task Reference_HandedOver_IsBoundAndEqual()
    {
        Assert.Equal(Guid.Empty, await Grain.SelfThroughReference(Grain));
        Assert.Equal(Grain, LocalGrain);
        Assert.NotEqual<object>(Grain, _cluster.Client.GetGrain<IPost>("another"));
        Assert.Equal(_key, Grain.GetPrimaryKeyString());
    }

    [Fact]
    public async Task Stream_IsEnumeratedElementByElement()
    {
        List<string> names = [];
        await foreach (Parcel parcel in Grain.Stream(5, default))
        {
            names.Add(parcel.Name);
        }

        Assert.Equal(["0", "1", "2", "3", "4"], names);
    }

    [Fact]
    public async Task Immutable_WithinASilo_IsNotCopied()
    {
        byte[] bytes = [1, 2, 3];
        Label label = new("x", 1);
        Assert.Same(bytes, (await LocalGrain.Same(bytes.AsImmutable())).Value);
        Assert.Same(label, await LocalGrain.SameLabel(label));
    }

    [Fact]
    public async Task Immutable_FromAClient_IsCopied()
    {
        byte[] bytes = [1, 2, 3];
        byte[] back = (await Grain.Same(bytes.AsImmutable())).Value;
        Assert.NotSame(bytes, back);
        Assert.Equal(bytes, back);
        Assert.Equal(new Label("x", 1), await Grain.SameLabel(new Label("x", 1)));
    }

    [Fact]
    public async Task Values_OfManyTypes_ComeThrough()
    {
        Guid id = Guid.NewGuid();
        Assert.Equal(id, await Grain.Number(
            id, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)), -1.25m, DayOfWeek.Friday, (7, null), new Dictionary<string, byte[]> { ["a"] = [1, 2] }));
        Assert.Equal(12UL, (await Grain.Pay(new Money(12))).Units);
        Assert.Equal("text", await Grain.Any("text"));
        Assert.Equal(new Label("l"), await Grain.Any(new Label("l")));
    }

    [Fact]
    public async Task DerivedTypes_KeepTheirTypesAndBaseMembers()
    {
        IReadOnlyList<Shape> back = await Grain.Shapes(new List<Shape> { new Circle(2.5) { Name = "c" }, new Square(3) { Name = "s" } });
        Assert.Equal(new Circle(2.5) { Name = "c" }, back[0]);
        Assert.Equal(3, Assert.IsType<Square>(back[1]).Side);
        Assert.Equal("s", back[1].Name);
    }

    [Fact]
    public async Task Exception_OfTheFramework_ComesThroughWithItsInner()
    {
        ArgumentException thrown = await Assert.ThrowsAsync<ArgumentException>(() => Grain.FailSystem());
        Assert.Equal("bad", thrown.Message);
        Assert.Equal("deep", Assert.IsType<IOException>(thrown.InnerException).Message);
    }

    [Fact]
    public async Task Exception_NotMarked_FailsLoudly()
    {
        CodecNotFoundException thrown = await Assert.ThrowsAsync<CodecNotFoundException>(() => Grain.FailForeign());
        Assert.Contains(nameof(ForeignException), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Argument_NotMarked_IsRefusedAtTheCaller() =>
        await Assert.ThrowsAsync<CodecNotFoundException>(() => Grain.Any(new Unmarked()));

    private sealed class Unmarked;

    private sealed class Listener : IListener
    {
        public List<string> Heard { get; } = [];

        public Task<int> Asked(int number) => Task.FromResult(number + 1);

        public Task<int> AskedImpatiently(int number) => Asked(number);

        void IListener.Heard(string text) => Heard.Add(text);
    }
}
