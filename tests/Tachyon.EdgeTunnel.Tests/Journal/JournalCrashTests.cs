using System.Globalization;
using Tachyon.Protocol.Evidence;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Journal;

/// <summary>kill -9 at random moments: what had left a node is never contradicted by what it signs afterwards.</summary>
public sealed class JournalCrashTests : IDisposable
{
    private const int Kills = 8;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Ledgers_KilledAtRandomMoments_ResumeWhereTheyWereAndNeverSignLower()
    {
        var random = new Random(20_261_122);
        var newest = new Dictionary<string, (ulong Index, ulong Bytes)> { ["consumer"] = default, ["provider"] = default };
        for (var kill = 0; kill < Kills; kill++)
        {
            using var child = ChildProcess.Start("exchange", _directory.Path);
            var lines = random.Next(1, 60);
            for (var line = 0; line < lines; line++)
            {
                Follow(newest, await child.ReadLineAsync());
            }

            child.Kill();
            // What it had written to the pipe before it died has left the node too.
            while (await child.TryReadLineAsync() is { } rest)
            {
                Follow(newest, rest);
            }

            await using var pair = await LedgerPair.OpenAsync(_directory.Path);
            Assert.True(pair.Consumer.NewestOwn!.Unit.Index >= newest["consumer"].Index);
            Assert.True(pair.Consumer.NewestOwn.Unit.BytesUsed >= newest["consumer"].Bytes);
            Assert.True((pair.Provider.NewestOwn?.Unit.Index ?? 0) >= newest["provider"].Index);
            Assert.True(pair.Provider.AgreedBytes >= newest["provider"].Bytes);
            Assert.Equal(LedgerPhase.Serving, pair.Consumer.Phase);
            Assert.Equal(LedgerPhase.Serving, pair.Provider.Phase);
        }

        Assert.True(newest["provider"].Bytes > 0, "the test never got to an agreed unit");
    }

    // A line that the kill cut short never left as a unit.
    private static void Follow(Dictionary<string, (ulong Index, ulong Bytes)> newest, string line)
    {
        if (line.Split(' ') is not [var side, var index, var bytes, "."])
        {
            return;
        }

        var unit = (Index: ulong.Parse(index, CultureInfo.InvariantCulture), Bytes: ulong.Parse(bytes, CultureInfo.InvariantCulture));
        var before = newest[side];
        Assert.True(
            unit == before || (unit.Index > before.Index && unit.Bytes >= before.Bytes),
            $"the {side} signed unit {unit} after {before}");
        newest[side] = unit;
    }
}
