using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Datagrams;

namespace Tachyon.Protocol.Tests.Datagrams;

/// <summary>The window against a set that remembers everything.</summary>
public sealed class ReplayWindowTests
{
    [Fact]
    public void IsNew_AnyOrderOfCounters_AgreesWithAFullMemory()
    {
        var steps = Gen.OneOf(
            Gen.Choose(0, 3), Gen.Choose(0, 200), Gen.Choose(-300, 300), Gen.Choose(-9_000, 9_000), Gen.Choose(0, 100_000));
        Properties.Hold(steps.ArrayOf(400), walk =>
        {
            var window = new ReplayWindow();
            var seen = new HashSet<ulong>();
            long at = 0;
            foreach (var step in walk)
            {
                at = Math.Max(0, at + step);
                var counter = (ulong)at;
                var highest = seen.Count == 0 ? 0 : seen.Max();
                var isNew = !seen.Contains(counter) && (seen.Count == 0 || counter > highest || highest + 1 - counter <= ReplayWindow.Size);
                if (window.IsNew(counter) != isNew)
                {
                    return false;
                }

                if (isNew)
                {
                    window.Add(counter);
                    seen.Add(counter);
                }
            }

            return true;
        });
    }

    [Fact]
    public void IsNew_AtTheEdges_TellsOldFromUnseen()
    {
        var window = new ReplayWindow();
        window.Add(ReplayWindow.Size);
        Assert.True(window.IsNew(1));
        Assert.False(window.IsNew(0));
        Assert.False(window.IsNew(ulong.MaxValue));
        window.Add(ulong.MaxValue - 1);
        Assert.True(window.IsNew(ulong.MaxValue - 2));
        Assert.False(window.IsNew(ReplayWindow.Size + 1));
        Assert.Throws<ArgumentException>(() => window.Add(5));
    }
}
