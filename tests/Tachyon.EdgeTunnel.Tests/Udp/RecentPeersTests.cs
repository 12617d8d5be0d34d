using Tachyon.EdgeTunnel.Udp;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Udp;

public sealed class RecentPeersTests
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Peer_SentToOfLate_IsKnownFromItsVeryPort()
    {
        var peers = new RecentPeers(Memory, 4, _time);
        peers.Note(Peer(1, 53));

        _time.Advance(Memory - TimeSpan.FromSeconds(1));

        Assert.True(peers.Knows(Peer(1, 53)));
        Assert.False(peers.Knows(Peer(1, 54)));
        Assert.False(peers.Knows(Peer(2, 53)));
    }

    [Fact]
    public void Peer_NotSentToForTwiceTheMemory_IsForgotten()
    {
        var peers = new RecentPeers(Memory, 4, _time);
        peers.Note(Peer(1, 53));

        _time.Advance(2 * Memory);

        Assert.False(peers.Knows(Peer(1, 53)));
    }

    [Fact]
    public void Peers_WithoutEnd_AreForgottenOldestFirst()
    {
        var peers = new RecentPeers(Memory, 4, _time);
        for (ulong i = 0; i < 1000; i++)
        {
            peers.Note(Peer(i, 53));
            Assert.InRange(peers.Count, 1, 8);
        }

        Assert.True(peers.Knows(Peer(996, 53)));
        Assert.False(peers.Knows(Peer(990, 53)));
    }

    private static UdpPeer Peer(ulong low, ushort port) => new(0, low, port);
}
