using System.Net;
using Tachyon.Silo.Console.Live;

namespace Tachyon.Silo.Tests.Console;

/// <summary>Who finds a place to follow a page, when many want one.</summary>
public sealed class LiveStreamsTests
{
    private const int StrangersPlaces = LiveStreams.Most - LiveStreams.Reserved;

    private readonly LiveStreams _streams = new();

    [Fact]
    public void Strangers_FromHoweverManyAddresses_LeaveRoomForOperators()
    {
        for (var i = 0; i < StrangersPlaces; i++)
        {
            Assert.NotNull(_streams.TryOpen(Remote(i), isOperator: false));
        }

        Assert.Null(_streams.TryOpen(Remote(1_000), isOperator: false));
        for (var i = 0; i < LiveStreams.Reserved; i++)
        {
            Assert.NotNull(_streams.TryOpen(Remote(1), isOperator: true));
        }

        Assert.Null(_streams.TryOpen(Remote(1), isOperator: true));
        Assert.Equal(LiveStreams.Most, _streams.Count);
    }

    [Fact]
    public void OneAddress_HasItsShareAndNoMore_AlsoWithAWholeNetworkToChooseFrom()
    {
        var places = Enumerable.Range(0, LiveStreams.MostPerAddress)
            .Select(i => _streams.TryOpen(IPAddress.Parse($"2001:db8::{i + 1}"), isOperator: false)!).ToList();
        Assert.DoesNotContain(null, places);

        Assert.Null(_streams.TryOpen(IPAddress.Parse("2001:db8::ffff"), isOperator: false));
        Assert.NotNull(_streams.TryOpen(IPAddress.Parse("2001:db8:0:1::1"), isOperator: false));

        // A place that is given back twice is one place.
        places[0].Dispose();
        places[0].Dispose();
        Assert.NotNull(_streams.TryOpen(IPAddress.Parse("2001:db8::1"), isOperator: false));
        Assert.Null(_streams.TryOpen(IPAddress.Parse("2001:db8::1"), isOperator: false));
    }

    [Fact]
    public void Places_WantedAllAtOnce_AreGivenOnceEach_AndAllComeBack()
    {
        IDisposable?[] places = new IDisposable?[1_000];
        Parallel.For(0, places.Length, i => places[i] = _streams.TryOpen(Remote(i), isOperator: false));
        Assert.Equal(StrangersPlaces, places.Count(place => place is not null));

        Parallel.For(0, places.Length, i => places[i]?.Dispose());
        Assert.Equal(0, _streams.Count);
    }

    private static IPAddress Remote(int number) => new([203, 0, (byte)(number / 256), (byte)number]);
}
