namespace Tachyon.Silo.Tests.Fixtures;

/// <summary>When the processes of all silos that run now die: around one of their writes, after which none of them writes anything more.</summary>
internal sealed class SiloDeath
{
    private readonly Lock _lock = new();
    private int _life;
    private int _writesLeft;
    private bool _writesLast;
    private TaskCompletionSource? _died;

    /// <summary>Counts the lives of the silos' processes; a storage is of the one that it was made in.</summary>
    public int Life
    {
        get
        {
            lock (_lock)
            {
                return _life;
            }
        }
    }

    /// <summary>Completes when they die: at the so many-th write from now on, counted from 1.</summary>
    /// <param name="write">Which write.</param>
    /// <param name="isWritten">Whether that write is done before they die.</param>
    public Task At(int write, bool isWritten)
    {
        lock (_lock)
        {
            _writesLeft = write;
            _writesLast = isWritten;
            _died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _died.Task;
        }
    }

    /// <summary>No death any more, where none came.</summary>
    public void Never()
    {
        lock (_lock)
        {
            _died = null;
        }
    }

    /// <summary>A write of a life's process.</summary>
    public async Task WriteAsync(int life, Func<Task> write)
    {
        TaskCompletionSource? died = null;
        var isWritten = true;
        lock (_lock)
        {
            if (life == _life && _died is { } waiting && --_writesLeft == 0)
            {
                (died, _died, isWritten) = (waiting, null, _writesLast);
                _life++;
            }
            else if (life != _life)
            {
                throw Dead();
            }
        }

        if (isWritten)
        {
            await write();
        }

        if (died is not null)
        {
            died.SetResult();
            throw Dead();
        }
    }

    private static IOException Dead() => new("the silo's process is dead");
}
