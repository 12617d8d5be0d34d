namespace Tachyon.Protocol.Evidence;

/// <summary>
/// Holds a provider in TUN mode back while the peer is silent: it pauses after 256 KB or 1 s without an authenticated
/// datagram from the peer (protocol, Units: Credit). Not thread-safe.
/// </summary>
public struct DatagramGate
{
    private ulong _heardAtMs;
    private ulong _sentBytes;

    /// <summary>A gate that opens with the peer heard at <paramref name="nowMs"/>.</summary>
    public DatagramGate(ulong nowMs) => _heardAtMs = nowMs;

    /// <summary>An authenticated datagram of the peer arrived.</summary>
    public void Heard(ulong nowMs)
    {
        _heardAtMs = nowMs;
        _sentBytes = 0;
    }

    /// <summary>Whether another datagram may go out; if so it is taken as sent.</summary>
    public bool TrySend(int payloadBytes, ulong nowMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        bool silent = nowMs > _heardAtMs && nowMs - _heardAtMs >= ProtocolConstants.MaxSilenceMs;
        if (silent || _sentBytes + (ulong)payloadBytes > ProtocolConstants.MaxUnheardBytes)
        {
            return false;
        }

        _sentBytes += (ulong)payloadBytes;
        return true;
    }
}
