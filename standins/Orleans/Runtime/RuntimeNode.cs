using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>A silo or a client: what calls are made on, and what waits for their responses.</summary>
internal abstract partial class RuntimeNode : IReferenceBinder, IDisposable
{
    private readonly ConcurrentDictionary<Message, byte> _waiting = new();
    private readonly MessagingOptions _messaging;
    private readonly ILogger _logger;
    private readonly Lazy<IOutgoingGrainCallFilter[]> _outgoingFilters;
    private readonly Lazy<IIncomingGrainCallFilter[]> _incomingFilters;
    private readonly PeriodicTimer _expiry;
    private volatile Exception? _stopped;

    protected RuntimeNode(IServiceProvider services, Cluster cluster, MessagingOptions messaging, string name)
    {
        Services = services;
        Cluster = cluster;
        Name = name;
        _messaging = messaging;
        _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Orleans.Runtime.CallbackData");
        _outgoingFilters = new(() => [.. services.GetServices<IOutgoingGrainCallFilter>()]);
        _incomingFilters = new(() => [.. services.GetServices<IIncomingGrainCallFilter>()]);
        Factory = new ClusterClient(this);
        TimeProvider clock = services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging);
        double periodMs = Math.Clamp(messaging.ResponseTimeout.TotalMilliseconds, 1, 1000);
        _expiry = new PeriodicTimer(TimeSpan.FromMilliseconds(periodMs), clock);
        _ = WatchTimeouts();
    }

    public IServiceProvider Services { get; }

    public Cluster Cluster { get; }

    public string Name { get; }

    public ClusterClient Factory { get; }

    public virtual SiloAddress? Address => null;

    public IIncomingGrainCallFilter[] IncomingFilters => _incomingFilters.Value;

    public IAddressable Bind(GrainId grainId, Type interfaceType) => InterfaceEntry.Of(interfaceType).Create(this, grainId);

    /// <summary>Calls <paramref name="entry"/> on the grain that <paramref name="reference"/> names.</summary>
    public Task<T> Call<T>(GrainReference reference, MethodEntry entry, object?[] arguments)
    {
        Activation? source = RuntimeContext.Current as Activation;
        // A reference made elsewhere is called from where the caller runs, as real references are when deserialised.
        RuntimeNode node = source?.Silo ?? this;
        IOutgoingGrainCallFilter[] filters = node._outgoingFilters.Value;
        if (filters.Length == 0 && source?.GrainInstance is not IOutgoingGrainCallFilter)
        {
            return node.Send<T>(reference.GrainId, new Invocation(entry, arguments), source);
        }

        return OutgoingCall.Run<T>(node, filters, reference, new Invocation(entry, arguments), source);
    }

    public Task<T> Send<T>(GrainId target, Invocation invocation, Activation? source)
    {
        MethodEntry entry = invocation.Entry;
        CancellationToken cancellation = invocation.GetCancellationToken();
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellation);
        }

        if (_stopped is { } stopped)
        {
            return Task.FromException<T>(stopped);
        }

        Message<T> message;
        Activation? receiver;
        try
        {
            receiver = Cluster.FindReceiver(target, this);
            object?[] copies = CopyArguments(invocation, this, receiver?.Silo ?? Cluster.FindObserver(target));
            message = new Message<T>(target, this, source?.GrainId)
            {
                Invocation = new Invocation(entry, copies),
                Options = invocation.Options,
                RequestContext = CopyRequestContext(),
                Timeout = entry.Timeout ?? _messaging.ResponseTimeout,
            };
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }

        if (entry.CancellationIndex >= 0)
        {
            Cancellation.Attach(message, cancellation, _messaging);
        }

        if (message.IsOneWay)
        {
            Cluster.Dispatch(message, this, receiver);
            return Task.FromResult<T>(default!);
        }

        _waiting.TryAdd(message, 0);
        Cluster.Dispatch(message, this, receiver);
        if (_stopped is not null && _waiting.ContainsKey(message))
        {
            message.TryComplete(null, _stopped);
        }

        return message.Task;
    }

    /// <summary>Hands over a message that is not a method call, such as a step of a stream.</summary>
    public void SendRaw(Message message)
    {
        _waiting.TryAdd(message, 0);
        Cluster.Dispatch(message, this);
    }

    public void Forget(Message message) => _waiting.TryRemove(message, out _);

    /// <summary>Fails all calls in flight to a silo that died. A client is not told of it: its calls time out, as real ones do.</summary>
    public virtual void OnSiloDead(RuntimeNode dead)
    {
        foreach (Message message in _waiting.Keys.Where(message => ReferenceEquals(message.Receiver, dead)))
        {
            message.TryComplete(null, new SiloUnavailableException($"The target silo became unavailable for message: {message}."));
        }
    }

    /// <summary>Fails all calls in flight from here, and every later one.</summary>
    public void StopCalls()
    {
        _stopped ??= new SiloUnavailableException($"The local Orleans host {Name} is shutting down and can no longer process the request.");
        foreach (Message message in _waiting.Keys)
        {
            message.TryComplete(null, new SiloUnavailableException(
                $"The local Orleans host is shutting down and can no longer process the request: {message}."));
        }

        _expiry.Dispose();
    }

    public void Dispose() => StopCalls();

    private async Task WatchTimeouts()
    {
        while (await _expiry.WaitForNextTickAsync().ConfigureAwait(false))
        {
            foreach (Message message in _waiting.Keys.Where(message => message.IsExpired))
            {
                if (_messaging.CancelRequestOnTimeout)
                {
                    Cancellation.Signal(message);
                }

                LogTimeout(message.Timeout, message);
                message.TryComplete(null, new TimeoutException($"Response did not arrive on time in {message.Timeout} for message: {message}. "));
            }
        }
    }

    private static object?[] CopyArguments(Invocation invocation, RuntimeNode sender, RuntimeNode? receiver)
    {
        MethodEntry entry = invocation.Entry;
        object?[] arguments = invocation.Arguments;
        Codec?[] codecs = entry.ArgumentCodecs;
        if (codecs.Length == 0)
        {
            return arguments;
        }

        object?[] copies = new object?[arguments.Length];
        bool local = ReferenceEquals(receiver, sender);
        for (int i = 0; i < copies.Length; i++)
        {
            object? value = arguments[i];
            copies[i] = codecs[i] is not { } codec || codec.IsShared || (local && (codec.IsImmutable || entry.ImmutableParameters[i]))
                ? value
                : codec.RoundTrip(value, receiver);
        }

        return copies;
    }

    private static Dictionary<string, object>? CopyRequestContext()
    {
        if (RequestContext.Values is not { Count: > 0 } values)
        {
            return null;
        }

        Codec<object?> codec = CodecCatalog.Shared.Get<object?>();
        Dictionary<string, object> copies = new(values.Count);
        foreach ((string key, object value) in values)
        {
            copies[key] = codec.RoundTrip(value, null)!;
        }

        return copies;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Response did not arrive on time in '{Timeout}' for message: '{Message}'. About to break its promise.")]
    private partial void LogTimeout(TimeSpan timeout, Message message);
}
