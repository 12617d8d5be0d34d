namespace Tachyon.EdgeTunnel.Tun;

/// <summary>A way for packets beside a session: what the session tells it. Thread safe, and none of the calls waits for the peer.</summary>
internal interface IPacketPath : IDisposable
{
    /// <summary>Whether anything went either way since this was last asked.</summary>
    bool TakeActivity();

    /// <summary>Bytes of packets sent and received, as they count.</summary>
    (long SentBytes, long ReceivedBytes) Carried { get; }

    /// <summary>A unit is due: it rides with the next packet, or goes alone.</summary>
    /// <returns>False when the peer is not heard here, so that the unit goes over the session.</returns>
    bool TryTakeUnit();

    /// <summary>What was refused may be admitted now.</summary>
    void Resume();

    /// <summary>Time has passed.</summary>
    void Tick();

    /// <summary>The session ends: from here on nothing is sent but units.</summary>
    void EndSending();
}
