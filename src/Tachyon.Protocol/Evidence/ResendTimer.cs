namespace Tachyon.Protocol.Evidence;

/// <summary>When an unanswered unit is sent again: after max(RTT, 200 ms), doubling to 5 s (protocol, Units).</summary>
internal struct ResendTimer
{
    private ulong _sentAtMs;
    private ulong _intervalMs;

    /// <summary>How often it was sent again.</summary>
    internal int Resends { get; private set; }

    internal readonly ulong DueAtMs => _sentAtMs + _intervalMs;

    /// <summary>A new unit was sent.</summary>
    internal void Start(ulong nowMs, ulong roundTripMs)
    {
        _sentAtMs = nowMs;
        _intervalMs = Math.Clamp(roundTripMs, ProtocolConstants.MinResendMs, ProtocolConstants.MaxResendMs);
        Resends = 0;
    }

    /// <summary>A new connection: whatever is unanswered is due at once.</summary>
    internal void Restart(ulong nowMs)
    {
        _sentAtMs = nowMs;
        _intervalMs = 0;
        Resends = 0;
    }

    internal bool IsDue(ulong nowMs)
    {
        if (nowMs < _sentAtMs)
        {
            // The clock was set back: wait from here, not until it has caught up.
            _sentAtMs = nowMs;
        }

        return nowMs >= DueAtMs;
    }

    internal void Resent(ulong nowMs, ulong roundTripMs)
    {
        ulong first = Math.Clamp(roundTripMs, ProtocolConstants.MinResendMs, ProtocolConstants.MaxResendMs);
        _sentAtMs = nowMs;
        _intervalMs = _intervalMs == 0 ? first : Math.Min(2 * _intervalMs, ProtocolConstants.MaxResendMs);
        Resends++;
    }
}
