using System.Diagnostics;
using System.Threading.Channels;

namespace Tachyon.SiloLoad;

/// <summary>Decides when an edge sends its next message.</summary>
internal interface IPace
{
    /// <summary>Waits for the next message's turn; the timestamp from which its latency counts.</summary>
    ValueTask<long> WaitAsync(CancellationToken stop);

    /// <summary>A message was acknowledged.</summary>
    void OnAcknowledged();
}

/// <summary>As fast as acknowledgements come, with a fixed number of messages on their way.</summary>
internal sealed class Backlog : IPace
{
    private readonly Channel<bool> _places;

    public Backlog(int messages)
    {
        _places = Channel.CreateBounded<bool>(messages);
        for (var i = 0; i < messages; i++)
        {
            OnAcknowledged();
        }
    }

    public async ValueTask<long> WaitAsync(CancellationToken stop)
    {
        await _places.Reader.ReadAsync(stop);
        return Stopwatch.GetTimestamp();
    }

    public void OnAcknowledged() => _places.Writer.TryWrite(true);
}

/// <summary>
/// At fixed times, whatever the silo does. Latency counts from when a message was due and not from when it was sent, so
/// that a silo that stalls is charged for all that should have been sent meanwhile.
/// </summary>
internal sealed class Schedule(TimeSpan offset, TimeSpan period) : IPace
{
    private readonly long _startedAt = Stopwatch.GetTimestamp() + ToTicks(offset);
    private long _sent;

    public async ValueTask<long> WaitAsync(CancellationToken stop)
    {
        var dueAt = _startedAt + ToTicks(period * _sent++);
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), dueAt);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, stop);
        }

        return dueAt;
    }

    public void OnAcknowledged()
    {
        // The schedule does not care.
    }

    private static long ToTicks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
