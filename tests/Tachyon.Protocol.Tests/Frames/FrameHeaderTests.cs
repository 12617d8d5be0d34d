using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Frames;

namespace Tachyon.Protocol.Tests.Frames;

public sealed class FrameHeaderTests
{
    [Fact]
    public void Write_DataFrameWithUnit_GivesTheDocumentedBytes()
    {
        var header = new FrameHeader(FrameKind.Data, FrameFlags.Unit, 0x01020304, 65_536);
        var bytes = new byte[FrameLayout.HeaderBytes];

        header.Write(bytes);

        Assert.Equal("050100000102030400010000", Convert.ToHexStringLower(bytes));
        Assert.Equal(12 + 121, header.PrefixBytes);
        Assert.Equal(12 + 121 + 65_536, header.FrameBytes);
    }

    [Theory]
    [InlineData("", FrameError.Truncated)]
    [InlineData("0500000000000001000000", FrameError.Truncated)] // one byte short
    [InlineData("000000000000000100000001", FrameError.UnknownKind)]
    [InlineData("180000000000000100000001", FrameError.UnknownKind)]
    [InlineData("ff0000000000000100000001", FrameError.UnknownKind)]
    [InlineData("050200000000000100000001", FrameError.UnassignedBits)]
    [InlineData("050000010000000100000001", FrameError.UnassignedBits)]
    [InlineData("070100000000000100000000", FrameError.UnassignedBits)] // a Fin carries no unit
    [InlineData("050000000000000000000001", FrameError.WrongStream)] // data of no stream
    [InlineData("0d0000000000000100000008", FrameError.WrongStream)] // a ping of a stream
    [InlineData("050000000000000100080001", FrameError.Oversized)] // 524,289 bytes
    [InlineData("0500000000000001ffffffff", FrameError.Oversized)]
    [InlineData("050000000000000100000000", FrameError.Undersized)] // an empty data frame
    [InlineData("0d0000000000000000000007", FrameError.Undersized)]
    [InlineData("0d0000000000000000000009", FrameError.Oversized)]
    [InlineData("090000000000000000000000", FrameError.UnitMissing)]
    public void TryRead_BrokenHeader_SaysWhatIsWrong(string hex, FrameError expected)
    {
        Assert.Equal(expected, FrameHeader.TryRead(Convert.FromHexString(hex), out var header));
        Assert.Equal(default, header);
    }

    [Fact]
    public void TryRead_LargestDataFrame_IsTaken()
    {
        Assert.Equal(FrameError.None, FrameHeader.TryRead(Convert.FromHexString("050000000000000100080000"), out var header));
        Assert.Equal(FrameLayout.MaxPayloadBytes, header.PayloadBytes);
    }

    [Fact]
    public void TryRead_AnyBytes_EitherRefusesOrReadsWhatWriteGives()
    {
        // Bytes near the valid ones, so that both outcomes are met.
        var near = Gen.Choose(0, (int)FrameKind.RouteWelcome + 1).Select(x => (byte)x).ArrayOf(FrameLayout.HeaderBytes);
        var wild = Gen.Choose(0, 255).Select(x => (byte)x).ArrayOf(FrameLayout.HeaderBytes);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.OneOf(near, wild).ToArbitrary(), bytes =>
        {
            if (FrameHeader.TryRead(bytes, out var header) != FrameError.None)
            {
                return header == default;
            }

            var written = new byte[FrameLayout.HeaderBytes];
            header.Write(written);
            return written.AsSpan().SequenceEqual(bytes) && header.PayloadBytes <= FrameLayout.MaxPayloadBytes;
        }));
    }

    [Fact]
    public void TryRead_WrittenHeader_ComesBack()
    {
        var headers =
            from kind in Gen.Choose(1, (int)FrameKind.RouteWelcome).Select(k => (FrameKind)k)
            let rule = FrameRule.For(kind)
            from payloadBytes in Gen.Choose(rule.MinPayloadBytes, rule.MaxPayloadBytes)
            from streamId in Gen.Choose(1, int.MaxValue)
            from unit in Gen.Elements(false, true)
            let flags = kind == FrameKind.Unit || (unit && kind == FrameKind.Data) ? FrameFlags.Unit : FrameFlags.None
            select new FrameHeader(kind, flags, rule.OfStream ? (uint)streamId : 0, payloadBytes);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(headers.ToArbitrary(), header =>
        {
            var bytes = new byte[FrameLayout.HeaderBytes];
            header.Write(bytes);
            return FrameHeader.TryRead(bytes, out var read) == FrameError.None && read == header;
        }));
    }
}
