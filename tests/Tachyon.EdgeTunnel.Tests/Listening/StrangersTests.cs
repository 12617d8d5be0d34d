using System.Net;
using Tachyon.EdgeTunnel.Listening;

namespace Tachyon.EdgeTunnel.Tests.Listening;

public sealed class StrangersTests
{
    [Fact]
    public void Crowd_FromOneAddress_PutsOutItsOwnOldest_AndNobodyElse()
    {
        var strangers = new Strangers(places: 10);
        using var honest = Enter(strangers, "192.0.2.1");
        List<Stranger> crowd = [.. Enumerable.Range(0, 30).Select(_ => Enter(strangers, "198.51.100.7"))];

        Assert.False(honest.Leaving.IsCancellationRequested);
        Assert.Equal(21, crowd.FindLastIndex(one => one.Leaving.IsCancellationRequested) + 1);
        Assert.All(crowd.Take(21), one => Assert.True(one.Leaving.IsCancellationRequested));
        crowd.ForEach(one => one.Dispose());
    }

    [Fact]
    public void Crowd_FromOneNetworkOfIPv6_CountsAsOne_AndSoDoMappedAddresses()
    {
        var strangers = new Strangers(places: 4);
        using var honest = Enter(strangers, "2001:db8:1::1");
        using var mapped = Enter(strangers, "::ffff:192.0.2.1");
        List<Stranger> crowd = [.. Enumerable.Range(1, 20).Select(i => Enter(strangers, $"2001:db8:2:0:{i:x}::1"))];

        Assert.False(honest.Leaving.IsCancellationRequested || mapped.Leaving.IsCancellationRequested);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), mapped.Origin);
        Assert.Equal(18, crowd.Count(one => one.Leaving.IsCancellationRequested));
        crowd.ForEach(one => one.Dispose());
    }

    [Fact]
    public void Crowd_OfManyAddresses_LosesTheOldest()
    {
        var strangers = new Strangers(places: 3);
        List<Stranger> crowd = [.. Enumerable.Range(1, 5).Select(i => Enter(strangers, $"192.0.2.{i}"))];

        Assert.Equal([true, true, false, false, false], crowd.Select(one => one.Leaving.IsCancellationRequested));
        crowd.ForEach(one => one.Dispose());
    }

    [Fact]
    public void WhoHasSpoken_IsNotPutOut_AndWithAllPlacesSoTakenTheNextWaits()
    {
        var strangers = new Strangers(places: 2);
        using var first = Enter(strangers, "192.0.2.1");
        using var second = Enter(strangers, "192.0.2.1");
        first.Speaks();
        using var third = Enter(strangers, "192.0.2.1");

        Assert.Equal((false, true, false), (first.Leaving.IsCancellationRequested, second.Leaving.IsCancellationRequested, third.Leaving.IsCancellationRequested));
        Assert.True(strangers.RoomAsync().IsCompleted);
        third.Speaks();
        var room = strangers.RoomAsync();
        Assert.False(room.IsCompleted);
        second.Dispose();
        Assert.False(room.IsCompleted);
        first.Dispose();
        Assert.True(room.IsCompleted);
    }

    [Fact]
    public void Listener_ThatStops_SendsAllAway()
    {
        using var stopping = new CancellationTokenSource();
        using var stranger = new Strangers(places: 2).Enter(null, stopping.Token);

        stopping.Cancel();

        Assert.True(stranger.Leaving.IsCancellationRequested);
    }

    private static Stranger Enter(Strangers strangers, string address) => strangers.Enter(IPAddress.Parse(address), CancellationToken.None);
}
