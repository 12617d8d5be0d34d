using Tachyon.EdgeTunnel.Exit;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Exit;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Bucket_Emptied_FillsWithTimeAndNoFurtherThanItsBrim()
    {
        var bucket = new TokenBucket(10, 2, _time);
        for (var i = 0; i < 10; i++)
        {
            Assert.True(bucket.TryTake(1));
        }

        Assert.False(bucket.TryTake(1));
        Assert.Equal(TimeSpan.FromSeconds(0.5), bucket.Until(1));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.True(bucket.TryTake(1));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, bucket.TakeUpTo(100, 1));
        bucket.Add(100);
        Assert.Equal(10, bucket.TakeUpTo(100, 1));
    }

    [Fact]
    public void Take_BelowTheLeast_TakesNothing()
    {
        var bucket = new TokenBucket(10, 1, _time);
        bucket.TakeUpTo(7, 1);

        Assert.Equal(0, bucket.TakeUpTo(8, 4));
        Assert.Equal(3, bucket.TakeUpTo(8, 3));
    }
}
