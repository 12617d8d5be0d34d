using System.Globalization;
using System.Reflection;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Tests.Gateway;
using Tachyon.Protocol.Tests.Vectors;

namespace Tachyon.Protocol.Tests.Documents;

/// <summary>docs/wire.md is what others write their clients by: its tables say what the code does, or the suite fails.</summary>
public sealed class WireDocumentTests
{
    private const int SamplesOfEachMessage = 20;

    private static readonly string[] MessageTables = ["Requests", "Replies", "Pushes"];

    [Theory]
    [InlineData("Ciphers", typeof(RecordCipher))]
    [InlineData("Roles", typeof(SessionRole))]
    [InlineData("Record types", typeof(RecordType))]
    [InlineData("Frame kinds", typeof(FrameKind))]
    [InlineData("Open outcomes", typeof(OpenOutcome))]
    [InlineData("Reset reasons", typeof(ResetReason))]
    [InlineData("Goodbye reasons", typeof(GoodbyeReason))]
    [InlineData("Refusal reasons", typeof(RefusalReason))]
    [InlineData("Error codes", typeof(GatewayErrorCode))]
    [InlineData("Channel phases", typeof(ChannelPhase))]
    [InlineData("Settlement operations", typeof(SettlementOperation))]
    [InlineData("Settlement progress", typeof(SettlementProgress))]
    [InlineData("Blacklisting reasons", typeof(BlacklistingReason))]
    [InlineData("Kinds of contradiction", typeof(ContradictionKind))]
    public void Codes_OfEachTable_AreThoseOfTheCode(string heading, Type codes)
    {
        // Zero is listed only where it is sent.
        var documented = WireDocument.Rows(heading).Select(row => (Number: Decimal(row[0]), Name: row[1])).ToList();
        var known = Enum.GetValues(codes).Cast<Enum>().Select(code => (Number: Convert.ToInt32(code, CultureInfo.InvariantCulture), Name: code.ToString()));

        Assert.Equal(known.Where(code => code.Number != 0 || documented.Contains(code)), documented);
    }

    [Fact]
    public void GatewayMessages_AreAllListed_WithTheirNumbers()
    {
        var documented = MessageTables.SelectMany(WireDocument.Rows).Select(row => (Kind(row), row[1]));

        Assert.Equal(
            GatewayMessageSamples.Kinds.Select(kind => (kind, kind.ToString())).OrderBy(kind => kind.kind),
            documented.OrderBy(row => row.Item1));
    }

    [Fact]
    public void GatewayMessages_OfManyContents_HaveTheBytesThatTheDocumentSays()
    {
        foreach (string[] row in MessageTables.SelectMany(WireDocument.Rows))
        {
            for (int seed = 0; seed < SamplesOfEachMessage; seed++)
            {
                var message = new GatewayMessageSamples(seed).Message(Kind(row));
                byte[] bytes = GatewayCodec.Encode(GatewayMessageSamples.RequestIdFor(message), message);

                WireLayout.OfDocument.AssertIs(
                    $"kind: u8, requestId: u32{(row[2] == "–" ? "" : ", " + row[2])}", bytes, $"{row[1]} of seed {seed}");
            }
        }
    }

    [Fact]
    public void GatewayRequests_NameTheReplyThatTheCodeTakes()
    {
        foreach (string[] row in WireDocument.Rows("Requests"))
        {
            Type request = new GatewayMessageSamples(0).Message(Kind(row)).GetType();

            Assert.Equal((row[1], request.BaseType!.GetGenericArguments().Single().Name), (row[1], row[3]));
        }
    }

    [Fact]
    public void GatewayMessages_StandInTheTableOfTheirDirection()
    {
        foreach (string heading in MessageTables)
        {
            Type direction = heading switch
            {
                "Requests" => typeof(GatewayRequest),
                "Replies" => typeof(GatewayReply),
                _ => typeof(GatewayPush),
            };

            Assert.All(
                WireDocument.Rows(heading),
                row => Assert.IsAssignableFrom(direction, new GatewayMessageSamples(0).Message(Kind(row))));
        }
    }

    [Fact]
    public void Frames_HaveTheHeadersAndPayloadsThatTheDocumentSays()
    {
        var rows = WireDocument.Rows("Frame kinds").ToDictionary(row => (FrameKind)Decimal(row[0]));
        foreach ((FrameKind kind, string[] row) in rows)
        {
            FrameRule rule = FrameRule.For(kind);
            string payload = rule.MinPayloadBytes == rule.MaxPayloadBytes
                ? Text(rule.MinPayloadBytes)
                : $"{Text(rule.MinPayloadBytes)}–{Text(rule.MaxPayloadBytes)}";

            Assert.Equal((row[1], rule.OfStream ? "stream" : "session", payload), (row[1], row[3], row[4]));
        }

        foreach (WireFrame frame in WireFrames.All.Where(frame => frame.Header.PayloadBytes > 0))
        {
            WireLayout.OfDocument.AssertIs(rows[frame.Header.Kind][5], frame.Payload, frame.Name);
        }
    }

    [Fact]
    public void SignedMessages_AreAllListed_WithTheirExactTypes()
    {
        var known = typeof(ITypedMessage).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(ITypedMessage)) && type.IsClass)
            .ToDictionary(type => type.Name, type => (Bytes32)type.GetField("TypeHash", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!);
        var documented = WireDocument.Code("Types").ToDictionary(type => type[..type.IndexOf('(', StringComparison.Ordinal)], Keccak256.HashText);

        Assert.Equal(known.OrderBy(type => type.Key, StringComparer.Ordinal), documented.OrderBy(type => type.Key, StringComparer.Ordinal));
    }

    private static GatewayMessageKind Kind(string[] row) => (GatewayMessageKind)byte.Parse(row[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Decimal(string cell) => int.Parse(cell, CultureInfo.InvariantCulture);

    private static string Text(int bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);
}
