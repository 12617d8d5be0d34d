using System.Buffers;
using System.IO.Pipelines;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>A local end in memory: a test writes what the stream shall carry and reads what it brought.</summary>
internal sealed class MemoryEndpoint : IStreamEndpoint
{
    private readonly Pipe _outgoing = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _incoming = new(new PipeOptions(pauseWriterThreshold: 0));
    private TaskCompletionSource _mayTake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stalled;

    public PipeWriter Writer => _outgoing.Writer;

    public PipeReader Reader => _incoming.Reader;

    /// <summary>Null while open; else whether it was closed in order.</summary>
    public bool? ClosedInOrder { get; private set; }

    /// <inheritdoc />
    public bool WasIdle { get; set; }

    /// <summary>Takes nothing more until <see cref="Unstall"/>.</summary>
    public void Stall()
    {
        _mayTake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stalled = true;
    }

    public void Unstall()
    {
        _stalled = false;
        _mayTake.TrySetResult();
    }

    public async ValueTask WaitForDataAsync()
    {
        var result = await _outgoing.Reader.ReadAsync();
        ObjectDisposedException.ThrowIf(result.IsCanceled, this);
        _outgoing.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
    }

    public bool WaitBrieflyForRoom() => false;

    public int TryRead(Span<byte> buffer)
    {
        if (!_outgoing.Reader.TryRead(out var result))
        {
            return -1;
        }

        ObjectDisposedException.ThrowIf(result.IsCanceled, this);
        var part = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        var count = (int)part.Length;
        part.CopyTo(buffer);
        _outgoing.Reader.AdvanceTo(part.End);
        return count == 0 && !result.IsCompleted ? -1 : count;
    }

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (_stalled)
        {
            return 0;
        }

        // Never waits: the pipe has no limit.
        _incoming.Writer.Write(bytes);
        _incoming.Writer.FlushAsync().AsTask().GetAwaiter().GetResult();
        return bytes.Length;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (_stalled)
        {
            await _mayTake.Task;
            ObjectDisposedException.ThrowIf(ClosedInOrder is not null, this);
        }

        await _incoming.Writer.WriteAsync(bytes);
    }

    public void ShutdownWrite() => _incoming.Writer.Complete();

    public void Close(bool inOrder)
    {
        if (ClosedInOrder is not null)
        {
            return;
        }

        ClosedInOrder = inOrder;
        _outgoing.Reader.CancelPendingRead();
        _mayTake.TrySetResult();
        _incoming.Writer.Complete(inOrder ? null : new IOException("reset"));
    }

    public async Task<byte[]> ReadAllAsync()
    {
        using var bytes = new MemoryStream();
        await Reader.AsStream().CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
