using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Frames;

namespace Tachyon.Protocol.Tests.Frames;

public sealed class WindowTests
{
    [Fact]
    public void SendWindow_Shut_GivesNothingUntilGranted()
    {
        var window = new SendWindow(100);

        Assert.Equal(60, window.Take(60));
        Assert.Equal(40, window.Take(60));
        Assert.Equal(0, window.Take(60));
        Assert.True(window.TryGrant(10));
        Assert.Equal(10, window.Take(60));
    }

    [Fact]
    public void SendWindow_GrantBeyondTheLimit_IsRefusedAndChangesNothing()
    {
        var window = new SendWindow(100);

        Assert.False(window.TryGrant(int.MaxValue));
        Assert.Equal(100, window.AvailableBytes);
    }

    [Fact]
    public void ReceiveWindow_MoreThanOpen_IsRefused()
    {
        var window = new ReceiveWindow(100, 400);

        Assert.True(window.TryReceive(100));
        Assert.False(window.TryReceive(1));
    }

    [Fact]
    public void ReceiveWindow_HalfConsumed_GrantsWhatWasConsumed()
    {
        var window = new ReceiveWindow(100, 400);
        window.TryReceive(100);

        Assert.False(window.Consume(49));
        Assert.True(window.Consume(1));
        Assert.Equal(50, window.TakeGrant());
        Assert.Equal(50, window.OpenBytes);
        Assert.Equal(0, window.TakeGrant());
    }

    [Fact]
    public void ReceiveWindow_Grows_UpToItsLimit()
    {
        var window = new ReceiveWindow(100, 350);

        window.Grow();
        Assert.Equal(200, window.SizeBytes);
        window.Grow();
        Assert.Equal(350, window.SizeBytes);
        window.Grow();

        Assert.Equal(350, window.SizeBytes);
        Assert.Equal(0, window.GrowthBytes);
        Assert.Equal(250, window.TakeGrant());
    }

    [Fact]
    public void Windows_AnyOrderOfActs_NeverDeadlockNorOverflow()
    {
        var acts = Gen.Choose(0, 3).Two().Select(x => (Act: x.Item1, Size: (x.Item2 * 37) + 1)).ListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(acts.ToArbitrary(), list =>
        {
            var sender = new SendWindow(128);
            var receiver = new ReceiveWindow(128, 1024);
            var buffered = 0;
            foreach (var (act, size) in list)
            {
                if (act == 0)
                {
                    var taken = sender.Take(size);
                    if (!receiver.TryReceive(taken))
                    {
                        return false;
                    }

                    buffered += taken;
                }
                else
                {
                    var consumed = Math.Min(size, buffered);
                    buffered -= consumed;
                    if (act == 2)
                    {
                        receiver.Grow();
                    }

                    if (receiver.Consume(consumed) && receiver.TakeGrant() is > 0 and var grant && !sender.TryGrant((uint)grant))
                    {
                        return false;
                    }
                }

                if (buffered > receiver.SizeBytes || sender.AvailableBytes != receiver.OpenBytes)
                {
                    return false;
                }
            }

            // Once everything is consumed, at least half a window is open: a sender is never stuck.
            receiver.Consume(buffered);
            var last = receiver.TakeGrant();
            return (last == 0 || sender.TryGrant((uint)last)) && sender.AvailableBytes == receiver.SizeBytes;
        }));
    }
}
