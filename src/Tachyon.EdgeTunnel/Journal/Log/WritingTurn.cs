namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>
/// While it lasts, this thread keeps to itself what it hands over to a log and what cannot wait, and at the end writes it all at once: no
/// other thread is woken for it, nor wakes one in turn. For threads that may wait for the disk, and that hold no lock at the end.
/// </summary>
internal readonly ref struct WritingTurn
{
    [ThreadStatic]
    private static bool _isUnderWay;

    [ThreadStatic]
    private static LogWriter? _log;

    private readonly bool _isOutermost;

    private WritingTurn(bool isOutermost) => _isOutermost = isOutermost;

    /// <summary>Begins a turn; within another one it is a part of that.</summary>
    public static WritingTurn Begin()
    {
        var isOutermost = !_isUnderWay;
        _isUnderWay = true;
        return new WritingTurn(isOutermost);
    }

    /// <summary>Whether this thread writes to the log itself what it has just handed over. It is the log's thread that does so else.</summary>
    public static bool Takes(LogWriter log)
    {
        if (!_isUnderWay || (_log is not null && _log != log))
        {
            return false;
        }

        _log = log;
        return true;
    }

    /// <summary>Ends the turn: what was handed over is durable then, or another thread is at it.</summary>
    public void Dispose()
    {
        if (!_isOutermost)
        {
            return;
        }

        // First of all: what follows on a durable record may be more records, which nobody would write.
        _isUnderWay = false;
        if (_log is { } log)
        {
            _log = null;
            log.WriteHere();
        }
    }
}
