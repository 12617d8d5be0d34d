using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Journal;

public sealed class CountFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string CountPath => _directory.Combine("journal.counts");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Mark_OfAProcessThatIsGone_IsFoundByTheNext()
    {
        using (var before = CountFile.Open(CountPath))
        {
            before.Take(Channel(1))!.CountBytes = 111;
            before.Take(Channel(2))!.CountBytes = 222;
        }

        using var after = CountFile.Open(CountPath);
        Assert.Equal((111ul, 222ul, 0ul), (after.CountOf(Channel(1)), after.CountOf(Channel(2)), after.CountOf(Channel(3))));
        Assert.Equal(222ul, after.Take(Channel(2))!.CountBytes);
        Assert.Equal(111ul, after.Take(Channel(1))!.CountBytes);
        Assert.Equal(0ul, after.Take(Channel(3))!.CountBytes);
    }

    [Fact]
    public void Mark_OfAnEarlierStartOfTheMachine_SaysSoOnce()
    {
        using (var before = CountFile.Open(CountPath, start: 1))
        {
            var taken = before.Take(Channel(1))!;
            Assert.False(taken.IsOutdated);
            taken.CountBytes = 111;
            before.Take(Channel(2))!.Release();
        }

        using (var after = CountFile.Open(CountPath, start: 2))
        {
            var found = after.Take(Channel(1))!;
            Assert.True(found.IsOutdated);
            Assert.Equal(111ul, found.CountBytes);
            Assert.False(after.Take(Channel(2))!.IsOutdated);
        }

        using var killed = CountFile.Open(CountPath, start: 2);
        Assert.False(killed.Take(Channel(1))!.IsOutdated);
    }

    [Fact]
    public void Mark_Released_ServesAnotherChannelFromZero()
    {
        using var counts = CountFile.Open(CountPath);
        var first = counts.Take(Channel(1))!;
        first.CountBytes = 111;

        first.Release();

        Assert.Equal(0ul, counts.Take(Channel(2))!.CountBytes);
        Assert.Equal(0ul, counts.Take(Channel(1))!.CountBytes);
        Assert.Throws<ObjectDisposedException>(() => first.CountBytes = 1);
    }

    [Fact]
    public void Marks_AllInUse_AreRefusedUntilOneIsReleased()
    {
        using var counts = CountFile.Open(CountPath);
        var taken = Enumerable.Range(1, 1_023).Select(n => counts.Take(Channel(n))).ToArray();
        Assert.DoesNotContain(null, taken);
        Assert.Null(counts.Take(Channel(2_000)));

        taken[500]!.Release();

        Assert.NotNull(counts.Take(Channel(2_000)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(65_536)] // as long as it should be, but another file
    public void File_ThatIsNone_IsMadeAnew(int bytes)
    {
        File.WriteAllBytes(CountPath, new byte[bytes]);

        using var counts = CountFile.Open(CountPath);

        Assert.Equal(0ul, counts.Take(Channel(1))!.CountBytes);
    }

    private static ChannelId Channel(int number) => new(Keccak256.HashText($"channel {number}"));
}
