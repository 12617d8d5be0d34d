using Tachyon.Protocol.Datagrams;

namespace Tachyon.Protocol.Tests.Datagrams;

/// <summary>However datagrams are lost, doubled, reordered and put behind each other: whole groups come out, once, as they were.</summary>
public sealed class GroupAssemblyTests
{
    [Fact]
    public void TryNext_LossDuplicationAndReordering_GivesExactlyTheGroupsThatAreWhole()
    {
        var random = new Random((int)Properties.Seed);
        for (var run = 0; run < 200 * Properties.Factor; run++)
        {
            using var sealer = DatagramFixture.Sealer();
            using var opener = DatagramFixture.Opener();
            var assembly = new GroupAssembly();
            var contents = new List<byte[]>();
            var datagrams = new List<(int Group, byte[] Bytes)>();
            for (var i = 0; i < 20; i++)
            {
                var count = random.Next(1, DatagramLayout.MaxGroupDatagrams + 1);
                var datagramBytes = random.Next(60, DatagramLayout.MaxDatagramBytes + 1);
                var partBytes = datagramBytes - DatagramLayout.HeaderBytes;
                var content = new byte[(count * partBytes) - random.Next(partBytes - DatagramLayout.TagBytes) - DatagramLayout.TagBytes];
                random.NextBytes(content);
                contents.Add(content);
                datagrams.AddRange(DatagramFixture.Cut(sealer.Seal(content, count), datagramBytes).Select(bytes => (i, bytes)));
            }

            var lost = random.Next(3) == 0 ? 0.0 : random.NextDouble() * 0.2;
            var arriving = datagrams.Where(_ => random.NextDouble() >= lost).ToList();
            arriving.AddRange(arriving.Where(_ => random.NextDouble() < 0.1).ToArray());
            for (var swaps = random.Next(20); swaps > 0; swaps--)
            {
                var from = random.Next(arriving.Count);
                var to = Math.Min(arriving.Count - 1, from + random.Next(12));
                (arriving[from], arriving[to]) = (arriving[to], arriving[from]);
            }

            var opened = new HashSet<int>();
            foreach (var buffer in Coalesce([.. arriving.Select(datagram => datagram.Bytes)], random))
            {
                Span<byte> rest = buffer.Bytes;
                while (assembly.TryNext(ref rest, buffer.DatagramBytes, opener, out var header, out var group))
                {
                    Assert.Equal(DatagramOutcome.Opened, opener.Open(header, group));
                    Assert.True(group[..^DatagramLayout.TagBytes].SequenceEqual(contents[(int)header.Counter]));
                    Assert.True(opened.Add((int)header.Counter));
                }
            }

            var whole = datagrams.GroupBy(datagram => datagram.Group)
                .Where(group => group.All(arriving.Contains))
                .Select(group => group.Key);
            Assert.Equal(whole.Order(), opened.Order());
        }
    }

    [Fact]
    public void TryNext_BytesOfAnyKind_EndsWithoutHarm()
    {
        var random = new Random((int)Properties.Seed);
        using var sealer = DatagramFixture.Sealer();
        using var opener = DatagramFixture.Opener();
        var assembly = new GroupAssembly();
        for (var run = 0; run < 20_000 * Properties.Factor; run++)
        {
            var bytes = new byte[random.Next(1, 6_000)];
            random.NextBytes(bytes);
            var datagramBytes = random.Next(1, 2_000);
            for (var at = 0; at + DatagramLayout.HeaderBytes < bytes.Length; at += datagramBytes)
            {
                // Near enough to be looked at: parts of few groups, of any lengths and counts.
                new DatagramHeader((byte)random.Next(9), (byte)random.Next(10), 0, 0x22222222, (ulong)random.Next(70)).Write(bytes.AsSpan(at));
            }

            Span<byte> rest = bytes;
            while (assembly.TryNext(ref rest, datagramBytes, opener, out var header, out var group))
            {
                Assert.NotEqual(DatagramOutcome.Opened, opener.Open(header, group));
            }

            Assert.True(rest.IsEmpty);
        }

        Assert.Equal(0u, opener.End);
    }

    // As a receiver's kernel does it: neighbours of one length behind each other, the last may be shorter.
    private static IEnumerable<(byte[] Bytes, int DatagramBytes)> Coalesce(byte[][] datagrams, Random random)
    {
        for (var i = 0; i < datagrams.Length;)
        {
            var length = datagrams[i].Length;
            var run = new List<byte>(datagrams[i++]);
            while (i < datagrams.Length && random.Next(10) > 0 && datagrams[i].Length <= length)
            {
                var isLast = datagrams[i].Length < length;
                run.AddRange(datagrams[i++]);
                if (isLast)
                {
                    break;
                }
            }

            yield return ([.. run], length);
        }
    }
}
