using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Gateway;

public sealed class GatewayCodecTests
{
    private static readonly Eip712Domain Domain = new(31_337, Address.Parse("0x00000000000000000000000000000000000000aa"));

    public static TheoryData<GatewayMessageKind> Kinds => [.. GatewayMessageSamples.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryDecode_EncodedMessage_GivesItBack(GatewayMessageKind kind)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var message = new GatewayMessageSamples(seed).Message(kind);
            var requestId = GatewayMessageSamples.RequestIdFor(message);

            var bytes = GatewayCodec.Encode(requestId, message);

            Assert.Equal(GatewayDecodeFault.None, GatewayCodec.TryDecode(bytes, out var envelope, out var readId));
            Assert.Equal(requestId, envelope!.RequestId);
            Assert.Equal(requestId, readId);
            Assert.Equal(kind, envelope.Message.Kind);
            Assert.Equivalent(message, envelope.Message, strict: true);
            Assert.Equal(bytes, GatewayCodec.Encode(requestId, envelope.Message));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryDecode_AnyShorterPart_IsRefused(GatewayMessageKind kind)
    {
        var message = new GatewayMessageSamples(1).Message(kind);
        var bytes = GatewayCodec.Encode(GatewayMessageSamples.RequestIdFor(message), message);

        for (var length = 0; length < bytes.Length; length++)
        {
            var fault = GatewayCodec.TryDecode(bytes.AsSpan(0, length), out var envelope, out _);
            Assert.Equal(length < 5 ? GatewayDecodeFault.TooShort : GatewayDecodeFault.Truncated, fault);
            Assert.Null(envelope);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryDecode_OneByteMore_IsRefused(GatewayMessageKind kind)
    {
        var message = new GatewayMessageSamples(2).Message(kind);
        byte[] bytes = [.. GatewayCodec.Encode(GatewayMessageSamples.RequestIdFor(message), message), 0];

        Assert.Equal(GatewayDecodeFault.TrailingBytes, GatewayCodec.TryDecode(bytes, out var envelope, out _));
        Assert.Null(envelope);
    }

    [Fact]
    public void Encode_Hello_GivesTheDocumentedBytes()
    {
        Assert.Equal(
            "01" + "00000007" + "0001" + "0000000000007a69" + "00000000000000000000000000000000000000aa",
            Convert.ToHexStringLower(GatewayCodec.Encode(7, new Hello(1, Domain))));
    }

    [Fact]
    public void TryDecode_HelloOfAnotherVersion_NamesTheVersionAsTheFault_WhateverFollows()
    {
        byte[] bytes = [0x01, 0, 0, 0, 9, 0, 2, 1, 2, 3];

        Assert.Equal(GatewayDecodeFault.UnknownVersion, GatewayCodec.TryDecode(bytes, out _, out var requestId));
        Assert.Equal(9u, requestId);
    }

    [Fact]
    public void TryDecode_MessageAboveTheLimit_IsRefusedUnread()
    {
        Assert.Equal(GatewayDecodeFault.TooLong, GatewayCodec.TryDecode(new byte[GatewayLimits.MaxMessageBytes + 1], out _, out _));
    }

    [Theory]
    [InlineData("000000000100")] // kind 0
    [InlineData("7f00000001")]
    [InlineData("ff00000000")]
    public void TryDecode_UnknownKind_IsRefused(string hex)
    {
        Assert.Equal(GatewayDecodeFault.UnknownKind, GatewayCodec.TryDecode(Convert.FromHexString(hex), out _, out _));
    }

    [Fact]
    public void TryDecode_RequestWithoutId_IsRefused()
    {
        Assert.Equal(GatewayDecodeFault.BadRequestId, GatewayCodec.TryDecode(Convert.FromHexString("0400000000"), out _, out _));
        Assert.Throws<ArgumentException>(() => GatewayCodec.Encode(0, Heartbeat.Instance));
    }

    [Fact]
    public void TryDecode_PushWithId_IsRefused()
    {
        var push = new GatewayMessageSamples(3).Message(GatewayMessageKind.CloseAlert);
        var bytes = GatewayCodec.Encode(0, push);
        bytes[4] = 1;

        Assert.Equal(GatewayDecodeFault.BadRequestId, GatewayCodec.TryDecode(bytes, out _, out _));
        Assert.Throws<ArgumentException>(() => GatewayCodec.Encode(1, push));
    }

    [Fact]
    public void TryDecode_TermsThatNobodyMayOpen_AreABadValue()
    {
        var notice = (OpenNotice)new GatewayMessageSamples(4).Message(GatewayMessageKind.OpenNotice);
        var bytes = GatewayCodec.Encode(1, new OpenNotice(notice.Terms with { Kind = (ChannelKind)7 }));

        Assert.Equal(GatewayDecodeFault.BadValue, GatewayCodec.TryDecode(bytes, out _, out _));
    }

    [Fact]
    public void TryDecode_TextThatIsNoUtf8_IsABadValue()
    {
        var bytes = GatewayCodec.Encode(1, new Refused(RefusalReason.Expired, "ab"));
        bytes[^1] = 0xff;

        Assert.Equal(GatewayDecodeFault.BadValue, GatewayCodec.TryDecode(bytes, out _, out _));
    }

    [Fact]
    public void Encode_LongExplanation_IsCutAtACharacter()
    {
        var bytes = GatewayCodec.Encode(1, new Refused(RefusalReason.Expired, new string('€', 2_000)));

        Assert.Equal(GatewayDecodeFault.None, GatewayCodec.TryDecode(bytes, out var envelope, out _));
        Assert.Equal(new string('€', GatewayLimits.MaxTextBytes / 3), ((Refused)envelope!.Message).Text);
    }

    [Fact]
    public void Encode_FullestUnitBatch_FitsIntoOneMessage()
    {
        var samples = new GatewayMessageSamples(5);
        var both = Enumerable.Range(0, 200)
            .SelectMany(_ => ((SubmitUnits)samples.Message(GatewayMessageKind.SubmitUnits)).Channels)
            .Where(units => units is { ConsumerUnit: not null, ProviderUnit: not null })
            .Take(GatewayLimits.MaxUnitsPerBatch);

        var bytes = GatewayCodec.Encode(1, new SubmitUnits([.. both]));

        Assert.Equal(5 + 1 + (GatewayLimits.MaxUnitsPerBatch * (73 + (2 * 121))), bytes.Length);
        Assert.InRange(bytes.Length, 1, GatewayLimits.MaxMessageBytes);
    }
}
