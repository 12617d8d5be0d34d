namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// How many units a peer may send: each costs this node a verification, a signature and a place in the journal for ever, and
/// a peer can make them of nothing. Traffic earns them, and time a few. Not thread-safe.
/// </summary>
internal sealed class UnitBudget(TimeProvider time, ulong ownCountBytes)
{
    // Far above what the protocol asks for: a unit a second, a quarter of the credit, or a resend in 200 ms.
    private const double MostUnits = 1_000;
    private const double UnitsPerSecond = 20;
    private const double BytesPerUnit = 16_000;

    private double _left = MostUnits;
    private long _at = time.GetTimestamp();
    private ulong _countBytes = ownCountBytes;

    /// <summary>Whether another unit may come, this node having counted so much.</summary>
    public bool TryTake(ulong countBytes)
    {
        var earned = (time.GetElapsedTime(_at).TotalSeconds * UnitsPerSecond) + ((countBytes - _countBytes) / BytesPerUnit);
        _left = Math.Min(MostUnits, _left + earned);
        _at = time.GetTimestamp();
        _countBytes = countBytes;
        if (_left < 1)
        {
            return false;
        }

        _left--;
        return true;
    }
}
