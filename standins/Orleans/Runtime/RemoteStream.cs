using Orleans.CodeGeneration;
using Orleans.Runtime;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>The result of a grain method that returns a stream: enumerated on the grain, one element per call.</summary>
internal sealed class RemoteStream<T>(GrainReference reference, MethodEntry entry, object?[] arguments) : IAsyncEnumerable<T>
{
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        RuntimeNode node = (RuntimeContext.Current as Activation)?.Silo ?? reference.Node;
        StreamSource<T> source = new(entry, [.. arguments.Select((value, i) => entry.ArgumentCodecs[i]?.RoundTrip(value, node) ?? value)], cancellationToken);
        try
        {
            while (await Step(node, source.MoveNext))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return source.Current;
            }
        }
        finally
        {
            await Step(node, source.Close);
        }
    }

    private Task<bool> Step(RuntimeNode node, Func<Activation, ValueTask<bool>> step)
    {
        StreamStep message = new(reference.GrainId, node, step);
        node.SendRaw(message);
        return message.Task;
    }

    private sealed class StreamStep : Message, ITurn
    {
        private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<Activation, ValueTask<bool>> _step;

        public StreamStep(GrainId target, RuntimeNode sender, Func<Activation, ValueTask<bool>> step) : base(target, sender, null)
        {
            _step = step;
            Options = InvokeMethodOptions.AlwaysInterleave;
        }

        public Task<bool> Task => _completion.Task;

        public async Task Run(Activation activation)
        {
            try
            {
                TryComplete(await _step(activation), null);
            }
            catch (Exception exception)
            {
                Reject(exception);
            }
        }

        protected override void SetOutcome(object? result, Exception? exception)
        {
            if (exception is not null)
            {
                _completion.TrySetException(exception);
            }
            else
            {
                _completion.TrySetResult((bool)result!);
            }
        }
    }
}

/// <summary>The enumerator on the grain's side. It belongs to the activation that made it and ends with that one.</summary>
internal sealed class StreamSource<T>(MethodEntry entry, object?[] arguments, CancellationToken cancellation)
{
    private Activation? _owner;
    private IAsyncEnumerator<T>? _enumerator;

    /// <summary>The element that the last step brought, already copied.</summary>
    public T Current { get; private set; } = default!;

    public async ValueTask<bool> MoveNext(Activation activation)
    {
        if (_enumerator is null)
        {
            _owner = activation;
            _enumerator = ((IAsyncEnumerable<T>)entry.InvokeStream(activation.GrainInstance!, arguments)).GetAsyncEnumerator(cancellation);
        }
        else if (!ReferenceEquals(_owner, activation))
        {
            throw new EnumerationAbortedException("Enumeration aborted: the remote target does not have a record of this enumerator. This likely indicates that the remote grain was deactivated since enumeration begun or that the enumerator was idle for longer than the expiration period.");
        }

        if (!await _enumerator.MoveNextAsync())
        {
            return false;
        }

        Codec<T> codec = CodecCatalog.Shared.Get<T>();
        Current = codec.IsShared ? _enumerator.Current : (T)codec.RoundTrip(_enumerator.Current, activation.Silo)!;
        return true;
    }

    public async ValueTask<bool> Close(Activation activation)
    {
        if (_enumerator is not null && ReferenceEquals(_owner, activation))
        {
            await _enumerator.DisposeAsync();
        }

        return false;
    }
}
