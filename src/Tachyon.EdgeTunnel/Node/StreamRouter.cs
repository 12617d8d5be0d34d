using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>
/// Leads the local proxy's streams to whatever session there is. A client that comes while there is none waits a little:
/// reconnections are shorter than a browser's patience.
/// </summary>
internal sealed class StreamRouter(TimeSpan patience, TimeProvider time) : IStreamOpener
{
    private TaskCompletionSource<IStreamOpener> _current = NewSlot();
    private TaskCompletionSource _wanted = NewSignal();

    /// <summary>Streams go to <paramref name="opener"/> from now on.</summary>
    public void Attach(IStreamOpener opener)
    {
        // Whoever wanted one has it now.
        Volatile.Write(ref _wanted, NewSignal());
        if (!Volatile.Read(ref _current).TrySetResult(opener))
        {
            var slot = NewSlot();
            slot.SetResult(opener);
            Volatile.Write(ref _current, slot);
        }
    }

    /// <summary>There is no session.</summary>
    public void Detach()
    {
        if (Volatile.Read(ref _current).Task.IsCompleted)
        {
            Volatile.Write(ref _current, NewSlot());
        }
    }

    /// <summary>Somebody wants the tunnel who opens no stream.</summary>
    public void Want()
    {
        var wanted = Volatile.Read(ref _wanted);
        if (!wanted.Task.IsCompleted)
        {
            wanted.TrySetResult();
        }
    }

    /// <summary>Completes when a client wants a stream and there is no session, now or from now on.</summary>
    public async Task WantedAsync(CancellationToken cancellationToken)
    {
        await Volatile.Read(ref _wanted).Task.WaitAsync(cancellationToken);
        Volatile.Write(ref _wanted, NewSignal());
    }

    public async Task<StreamOpening> OpenAsync(TargetAddress target, CancellationToken cancellationToken) =>
        await CurrentAsync(cancellationToken) is { } opener
            ? await opener.OpenAsync(target, cancellationToken)
            : new StreamOpening(OpenOutcome.NotServing, null);

    public async Task<StreamOpening> OpenUdpAsync(CancellationToken cancellationToken) =>
        await CurrentAsync(cancellationToken) is { } opener
            ? await opener.OpenUdpAsync(cancellationToken)
            : new StreamOpening(OpenOutcome.NotServing, null);

    private async Task<IStreamOpener?> CurrentAsync(CancellationToken cancellationToken)
    {
        var current = Volatile.Read(ref _current).Task;
        if (!current.IsCompleted)
        {
            Volatile.Read(ref _wanted).TrySetResult();
        }

        try
        {
            return await current.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource<IStreamOpener> NewSlot() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
