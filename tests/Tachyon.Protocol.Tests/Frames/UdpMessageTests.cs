using System.Net;
using System.Text;
using Tachyon.Protocol.Frames;

namespace Tachyon.Protocol.Tests.Frames;

public sealed class UdpMessageTests
{
    [Theory]
    [InlineData("01c0000207003561", "192.0.2.7:53", 7)]
    [InlineData("030b6578616d706c652e6f726701bb", "example.org:443", 15)]
    [InlineData("0420010db8000000000000000000000001003561", "[2001:db8::1]:53", 19)]
    [InlineData("03093132372e302e302e310050", "127.0.0.1:80", 13)]
    public void Read_WellFormed_GivesAddressAndData(string hex, string address, int dataStart)
    {
        Assert.Equal(FrameError.None, UdpMessage.TryRead(Convert.FromHexString(hex), out var read, out var start));

        Assert.Equal(address, read.ToString());
        Assert.Equal(dataStart, start);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01c000020700")] // cut within the port
    [InlineData("01c00002070000")] // port zero
    [InlineData("02c00002070035")] // no such kind
    [InlineData("030000350000")] // no name
    [InlineData("03ff6578616d70")] // a name longer than the body
    [InlineData("0303612f620035")] // a name that is none
    [InlineData("0303c3a4620035")] // not ASCII
    public void Read_Malformed_IsRefused(string hex) =>
        Assert.Equal(FrameError.MalformedPayload, UdpMessage.TryRead(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void Write_Address_ReadsBackWithItsData()
    {
        var message = new byte[UdpMessage.MaxBytes];
        foreach (var address in new[] { IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7") })
        {
            var count = UdpMessage.Write(message, address.GetAddressBytes(), 5353, "data"u8);

            Assert.Equal(FrameError.None, UdpMessage.TryRead(message.AsSpan(UdpMessage.LengthBytes, count - UdpMessage.LengthBytes), out var read, out var start));
            Assert.Equal((address, (ushort)5353), (read.Address, read.Port));
            Assert.Equal("data"u8.ToArray(), message[(UdpMessage.LengthBytes + start)..count]);
        }
    }

    [Fact]
    public void Write_DatagramTooLongForAMessage_IsDropped() =>
        Assert.Equal(0, UdpMessage.Write(new byte[70_000], new byte[16], 53, new byte[UdpMessage.MaxBodyBytes - 18]));

    [Fact]
    public void Reader_HoweverTheStreamIsSplit_GivesTheSameMessages()
    {
        byte[][] bodies = [[], Encoding.ASCII.GetBytes("one"), new byte[300], Encoding.ASCII.GetBytes("three")];
        byte[] stream = [.. bodies.SelectMany(body => (byte[])[(byte)(body.Length >> 8), (byte)body.Length, .. body])];
        for (var step = 1; step <= stream.Length; step++)
        {
            for (var first = 0; first < step; first++)
            {
                Assert.Equal(bodies, Read(stream, first, step));
            }
        }
    }

    private static List<byte[]> Read(byte[] stream, int first, int step)
    {
        var reader = new UdpMessageReader();
        var read = new List<byte[]>();
        for (var start = 0; start < stream.Length;)
        {
            var end = Math.Min(stream.Length, start == 0 && first > 0 ? first : start + step);
            ReadOnlySpan<byte> bytes = stream.AsSpan(start, end - start);
            while (reader.TryNext(ref bytes, out var body))
            {
                read.Add(body.ToArray());
            }

            Assert.True(bytes.IsEmpty);
            start = end;
        }

        return read;
    }
}
