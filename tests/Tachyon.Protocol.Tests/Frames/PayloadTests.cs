using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Tests.Frames;

public sealed class PayloadTests
{
    [Theory]
    [InlineData("192.0.2.7", 80, "010050c0000207")]
    [InlineData("2001:db8::1", 443, "0401bb20010db8000000000000000000000001")]
    [InlineData("example.org", 8080, "031f906578616d706c652e6f7267")]
    public void Open_Target_GivesTheDocumentedBytesAndComesBack(string host, int port, string hex)
    {
        Assert.True(TargetAddress.TryCreate(host, port, out var target));
        var bytes = new byte[OpenPayload.MaxBytes];

        var written = OpenPayload.Write(bytes, target);

        Assert.Equal(hex, Convert.ToHexStringLower(bytes.AsSpan(0, written)));
        Assert.Equal(FrameError.None, OpenPayload.TryRead(bytes.AsSpan(0, written), out var read));
        Assert.Equal(target, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01005001")] // too short for IPv4
    [InlineData("010050c000020700")] // a byte too many
    [InlineData("010000c0000207")] // port zero
    [InlineData("020050c0000207")] // no such kind
    [InlineData("040050c0000207")] // IPv6 of four bytes
    [InlineData("03005061002e62")] // a zero byte in a name
    [InlineData("030050e4")] // not ASCII
    [InlineData("030050612e2e62")] // an empty label
    [InlineData("03005031302e302e302e31")] // an address spelled as a name
    public void Open_Malformed_IsRefused(string hex)
    {
        Assert.Equal(FrameError.MalformedPayload, OpenPayload.TryRead(Convert.FromHexString(hex), out var target));
        Assert.Equal(default, target);
    }

    [Fact]
    public void Open_AnyBytes_NeverThrows()
    {
        var kinds = Gen.Elements<byte>(0, 1, 3, 4, 255);
        var payloads =
            from kind in kinds
            from rest in Gen.Choose(0, 255).Select(x => (byte)x).ArrayOf()
            select (byte[])[kind, .. rest];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(payloads.ToArbitrary(), payload =>
        {
            var error = OpenPayload.TryRead(payload, out var target);
            if (error != FrameError.None)
            {
                return target == default;
            }

            var bytes = new byte[OpenPayload.MaxBytes];
            return OpenPayload.TryRead(bytes.AsSpan(0, OpenPayload.Write(bytes, target)), out var again) == FrameError.None && again == target;
        }));
    }

    [Fact]
    public void Target_AddressSpelledAsName_IsHeldAsAddress()
    {
        Assert.True(TargetAddress.TryCreate("127.0.0.1", 80, out var target));

        Assert.Null(target.Name);
        Assert.Equal(IPAddress.Loopback, target.Address);
    }

    [Theory]
    [InlineData(".example.org")]
    [InlineData("exa mple.org")]
    [InlineData("example.org/")]
    [InlineData("a..b")]
    [InlineData("ex\u00e4mple.org")]
    public void Target_OddName_IsRefused(string name) => Assert.False(TargetAddress.TryCreate(name, 80, out _));

    [Fact]
    public void Target_NameTooLong_IsRefused()
    {
        var label = new string('a', 63);

        Assert.True(TargetAddress.TryCreate($"{label}.{label}.{label}.{label[..61]}", 80, out _));
        Assert.False(TargetAddress.TryCreate($"{label}.{label}.{label}.{label[..62]}", 80, out _));
        Assert.False(TargetAddress.TryCreate($"{label}a.org", 80, out _));
    }

    [Fact]
    public void UnitSection_Written_ComesBackField_ByField()
    {
        var counterUnit = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");
        var signature = Enumerable.Range(1, 65).Select(x => (byte)x).ToArray();
        var bytes = new byte[FrameLayout.UnitSectionBytes];

        UnitSection.Write(bytes, 7, 5_000_000, 1_700_000_000_123, counterUnit, signature);
        var section = new UnitSection(bytes);

        Assert.Equal(121, bytes.Length);
        Assert.Equal(7ul, section.Index);
        Assert.Equal(5_000_000ul, section.BytesUsed);
        Assert.Equal(1_700_000_000_123ul, section.TimestampMs);
        Assert.Equal(counterUnit, section.CounterUnit);
        Assert.Equal(signature, section.Signature);
        Assert.Throws<ArgumentException>(() => new UnitSection(new byte[120]));
    }

    [Fact]
    public void HandshakeAndClosure_Written_ComeBack()
    {
        var channelId = Enumerable.Repeat((byte)0xcc, 32).ToArray();
        var signature = Enumerable.Repeat((byte)0x55, 65).ToArray();
        var hello = new byte[HelloPayload.Bytes];
        var welcome = new byte[WelcomePayload.Bytes];
        var closure = new byte[ClosurePayload.Bytes];

        var secret = Enumerable.Repeat((byte)0x77, 32).ToArray();
        HelloPayload.Write(hello, channelId, signature, RecordCiphers.ChaCha20Poly1305, secret);
        WelcomePayload.Write(welcome, signature, RecordCipher.ChaCha20Poly1305, secret);
        ClosurePayload.Write(closure, 1_000_000, 1_700_086_400, signature);

        Assert.Equal(FrameError.None, HelloPayload.TryRead(hello, out var readHello));
        Assert.Equal(FrameLayout.Version, readHello.Version);
        Assert.Equal(channelId, readHello.ChannelId);
        Assert.Equal(signature, readHello.Signature);
        Assert.Equal(RecordCiphers.ChaCha20Poly1305, readHello.Ciphers);
        Assert.Equal(secret, readHello.Secret);
        Assert.Equal(FrameError.None, WelcomePayload.TryRead(welcome, out var readWelcome));
        Assert.Equal(signature, readWelcome.Signature);
        Assert.Equal(RecordCipher.ChaCha20Poly1305, readWelcome.Cipher);
        Assert.Equal(secret, readWelcome.Secret);
        Assert.Equal(FrameError.None, ClosurePayload.TryRead(closure, out var readClosure));
        Assert.Equal(1_000_000ul, readClosure.BytesUsed);
        Assert.Equal(1_700_086_400ul, readClosure.ValidUntilSeconds);
        Assert.Equal(signature, readClosure.Signature);
    }

    [Fact]
    public void SmallPayloads_WrongLengthOrZero_AreRefused()
    {
        byte[] none = [];
        byte[] zero = [0];
        byte[] two = [1, 1];

        foreach (var payload in new[] { none, zero, two })
        {
            Assert.Equal(FrameError.MalformedPayload, OpenResultPayload.TryRead(payload, out _));
            Assert.Equal(FrameError.MalformedPayload, ResetPayload.TryRead(payload, out _));
            Assert.Equal(FrameError.MalformedPayload, GoodbyePayload.TryRead(payload, out _));
            Assert.Equal(FrameError.MalformedPayload, WindowPayload.TryRead(payload, out _));
            Assert.Equal(FrameError.MalformedPayload, StatementPayload.TryRead(payload, out _));
            Assert.Equal(FrameError.MalformedPayload, PingPayload.TryRead(payload, out _));
            Assert.Equal(FrameError.MalformedPayload, HelloPayload.TryRead(payload, out _));
            Assert.Equal(FrameError.MalformedPayload, WelcomePayload.TryRead(payload, out _));
            Assert.Equal(FrameError.MalformedPayload, ClosurePayload.TryRead(payload, out _));
        }

        Assert.Equal(FrameError.MalformedPayload, WindowPayload.TryRead(new byte[4], out _));
    }

    [Fact]
    public void Reasons_FromALaterVersion_AreReadAsTheGeneralOne()
    {
        byte[] later = [200];

        Assert.Equal(FrameError.None, OpenResultPayload.TryRead(later, out var outcome));
        Assert.Equal(OpenOutcome.Failed, outcome);
        Assert.Equal(FrameError.None, ResetPayload.TryRead(later, out var reset));
        Assert.Equal(ResetReason.Other, reset);
        Assert.Equal(FrameError.None, GoodbyePayload.TryRead(later, out var goodbye));
        Assert.Equal(GoodbyeReason.Other, goodbye);
    }
}
