namespace Tachyon.Protocol.Evidence;

/// <summary>How long a side has been paused; after 30 s it leaves (protocol, Units).</summary>
internal struct PauseClock
{
    private ulong? _sinceMs;

    internal readonly bool IsPaused => _sinceMs is not null;

    internal readonly ulong? LeaveAtMs => _sinceMs + ProtocolConstants.LeaveAfterPauseMs;

    internal void Pause(ulong nowMs)
    {
        if (_sinceMs is null || nowMs < _sinceMs)
        {
            _sinceMs = nowMs; // also where the clock was set back
        }
    }

    internal void Resume() => _sinceMs = null;

    internal readonly bool IsTimeToLeave(ulong nowMs) => LeaveAtMs is { } leaveAt && nowMs >= leaveAt;
}
