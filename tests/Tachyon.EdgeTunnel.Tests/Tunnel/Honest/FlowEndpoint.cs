using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Tests.Tunnel.Honest;

/// <summary>A local end that gives bytes without end, or none, and takes whatever comes. It costs neither memory nor waiting.</summary>
internal sealed class FlowEndpoint(bool gives) : IStreamEndpoint
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _takenBytes;

    public long TakenBytes => Interlocked.Read(ref _takenBytes);

    public async ValueTask WaitForDataAsync()
    {
        if (!gives)
        {
            await _closed.Task;
        }

        ObjectDisposedException.ThrowIf(_closed.Task.IsCompleted, this);
    }

    public bool WaitBrieflyForRoom() => false;

    public int TryRead(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_closed.Task.IsCompleted, this);
        return gives ? buffer.Length : -1;
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        Interlocked.Add(ref _takenBytes, bytes.Length);
        return bytes.Length;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        TryWrite(bytes.Span);
        return ValueTask.CompletedTask;
    }

    public void ShutdownWrite()
    {
    }

    public void Close(bool inOrder) => _closed.TrySetResult();

    /// <summary>An exit at which every target is this one.</summary>
    public IExitConnector AsExit() => new OneTarget(this);

    private sealed class OneTarget(FlowEndpoint endpoint) : IExitConnector
    {
        public ValueTask<ExitConnection> ConnectAsync(TargetAddress target, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new ExitConnection(OpenOutcome.Connected, endpoint));

        public ExitConnection OpenUdp() => ExitConnection.Failed(OpenOutcome.RefusedByPolicy);
    }
}
