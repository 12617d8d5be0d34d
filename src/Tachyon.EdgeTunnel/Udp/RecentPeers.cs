namespace Tachyon.EdgeTunnel.Udp;

/// <summary>
/// The peers to which an association has sent of late: only these may answer, from the very address and port.
/// </summary>
/// <remarks>
/// Two generations: a peer that is sent to is in the younger one, which becomes the older when it is full or old, and the
/// older is forgotten then. So a peer is known for <paramref name="memory"/> after it was last sent to, and at most twice
/// that, and never more than twice <paramref name="generationPeers"/> are. Not thread safe.
/// </remarks>
internal sealed class RecentPeers(TimeSpan memory, int generationPeers, TimeProvider time)
{
    private HashSet<UdpPeer> _younger = [];
    private HashSet<UdpPeer> _older = [];
    private long _since = time.GetTimestamp();

    /// <summary>Peers known now.</summary>
    public int Count => _younger.Count + _older.Count;

    /// <summary>The peer is sent to now.</summary>
    public void Note(UdpPeer peer)
    {
        Age();
        if (_younger.Count >= generationPeers && !_younger.Contains(peer))
        {
            Turn();
        }

        _younger.Add(peer);
    }

    /// <summary>Whether the peer may answer.</summary>
    public bool Knows(UdpPeer peer)
    {
        Age();
        return _younger.Contains(peer) || _older.Contains(peer);
    }

    private void Age()
    {
        var age = time.GetElapsedTime(_since);
        if (age < memory)
        {
            return;
        }

        Turn();
        if (age >= 2 * memory)
        {
            _older.Clear();
        }
    }

    private void Turn()
    {
        (_younger, _older) = (_older, _younger);
        _younger.Clear();
        _since = time.GetTimestamp();
    }
}
