using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Tests.Records;

/// <summary>Whatever is sent, and whatever is done to it on the way: what opens is a prefix of what was sealed.</summary>
public sealed class RecordPropertyTests
{
    [Fact]
    public void Contents_OfAnySizesWithRekeysAnywhere_ComeBackInOrder() =>
        Properties.Hold(ArbMap.Default.GeneratorFor<byte[][]>(), contents =>
        {
            using var sealer = RecordFixture.Sealer();
            using var opener = RecordFixture.Opener();
            foreach (var content in contents)
            {
                if (content.Length == 0)
                {
                    // What has no content stands for a rekey here.
                    if (opener.Open(sealer.Rekey()).Outcome != RecordOutcome.Rekeyed)
                    {
                        return false;
                    }
                }
                else if (!opener.Open(sealer.Seal(content)).Content.AsSpan().SequenceEqual(content))
                {
                    return false;
                }
            }

            return opener.Open(sealer.End()).Outcome == RecordOutcome.Ended;
        });

    [Fact]
    public void Records_RearrangedInAnyWay_OpenOnlyAsFarAsTheyAreInOrder() =>
        Properties.Hold(Gen.Choose(0, 5).ArrayOf(), order =>
        {
            using var sealer = RecordFixture.Sealer();
            byte[][] records = [.. Enumerable.Range(0, 4).Select(i => sealer.Seal([(byte)i])), sealer.Rekey(), sealer.Seal([5])];
            using var opener = RecordFixture.Opener();
            var inOrder = true;
            for (var i = 0; i < order.Length; i++)
            {
                inOrder &= order[i] == i;
                var genuine = opener.Open(records[order[i]]).Outcome is RecordOutcome.Frames or RecordOutcome.Rekeyed;
                if (genuine != inOrder)
                {
                    return false;
                }
            }

            return true;
        });

    [Fact]
    public void Bytes_OfAnyKind_AreNeverTakenForRecords()
    {
        var random = new Random((int)Properties.Seed);
        using var sealer = RecordFixture.Sealer();
        var genuine = sealer.Seal(new byte[200]);
        for (var round = 0; round < 20_000 * Properties.Factor; round++)
        {
            var bytes = new byte[random.Next(RecordLayout.OverheadBytes, 300)];
            random.NextBytes(bytes);
            if (round % 2 == 0)
            {
                bytes = [.. genuine];
                for (var changes = random.Next(1, 6); changes > 0; changes--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                }
            }
            else
            {
                bytes[0] = (byte)random.Next(0, 5);
                bytes[1] = 0;
            }

            if (bytes.AsSpan().SequenceEqual(genuine))
            {
                continue;
            }

            using var opener = RecordFixture.Opener();
            Assert.True(opener.Open(bytes).Outcome is null or RecordOutcome.Forged);
        }
    }
}
