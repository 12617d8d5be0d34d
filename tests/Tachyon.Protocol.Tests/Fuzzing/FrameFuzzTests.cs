using Tachyon.Protocol.Frames;
using Tachyon.Testing.Fuzzing;

namespace Tachyon.Protocol.Tests.Fuzzing;

[Trait("Category", "Fuzz")]
public sealed class FrameFuzzTests
{
    [Fact]
    public Task Frames_HoweverChanged_AreReadOrRefused() => Fuzzer.RunAsync(FrameSamples.All, (input, _) =>
    {
        if (FrameHeader.TryRead(input, out var header) != FrameError.None)
        {
            Assert.Equal(default, header);
            return;
        }

        var written = new byte[FrameLayout.HeaderBytes];
        header.Write(written);
        Assert.Equal(written, input[..FrameLayout.HeaderBytes]);
        Assert.InRange(header.FrameBytes, FrameLayout.HeaderBytes, FrameLayout.MaxFrameBytes);
        if (input.Length >= header.FrameBytes)
        {
            FrameSamples.ReadPayload(header.Kind, input.AsSpan(header.PrefixBytes, header.PayloadBytes));
        }
    });

    [Fact]
    public Task Payloads_OfEveryKind_AreReadOrRefused() => Fuzzer.RunAsync(FrameSamples.Payloads, (input, _) =>
    {
        foreach (var kind in Enum.GetValues<FrameKind>())
        {
            FrameSamples.ReadPayload(kind, input);
        }
    });

    [Fact]
    public Task UdpMessages_HoweverCut_AreTheSame() => Fuzzer.RunAsync(FrameSamples.UdpStreams, (input, random) =>
    {
        var whole = Read([input]);
        Assert.True(whole.Zip(Read(Splits.Of(input, random)), (one, other) => one.AsSpan().SequenceEqual(other)).Count(same => same) == whole.Count);
        foreach (var body in whole)
        {
            if (UdpMessage.TryRead(body, out var address, out var dataStart) == FrameError.None)
            {
                Assert.InRange(dataStart, UdpMessage.MinBodyBytes, body.Length);
                Assert.True(address.Name is not null ^ address.Address is not null);
            }
        }
    });

    private static List<byte[]> Read(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var reader = new UdpMessageReader();
        var read = new List<byte[]>();
        foreach (var piece in pieces)
        {
            var bytes = piece.Span;
            while (reader.TryNext(ref bytes, out var body))
            {
                read.Add(body.ToArray());
            }
        }

        return read;
    }
}
