using System.Text.Json;
using System.Text.Json.Nodes;
using Tachyon.EdgeTunnel.Verification;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Verification;

/// <summary>A record proves what it says, and nothing in it can be changed without being noticed.</summary>
public sealed class RecordVerifierTests
{
    private static readonly Terms Terms = TestChannels.Terms(capacityBytes: 100_000_000);

    private readonly List<SignedUnit> _consumer = [];
    private readonly List<SignedUnit> _provider = [];

    [Fact]
    public void Verify_AnHonestRecord_IsValidAndSaysWhoOwesWhat()
    {
        Agree(1_000_000, 4_000_000, 6_000_000, 9_000_000, 11_000_000);

        var verdict = Verify(Record());

        Assert.True(verdict.Valid, Text(verdict));
        Assert.DoesNotContain(verdict.Findings, finding => finding.Level != "right");
        Assert.Equal((11_000_000UL, 11_000_000UL, false, 10), (verdict.ConsumerBytes, verdict.ProviderBytes, verdict.IsDispute, verdict.UnitsChecked));
        Assert.Equal(("0.011", "0", "0.089"), (verdict.PaidIpx, verdict.BurnedIpx, verdict.RefundedIpx));
    }

    [Fact]
    public void Verify_ARecordOfTheUnitsThatCrossOnly_IsValidAsWell()
    {
        Agree(1_000_000, 4_000_000, 6_000_000, 7_000_000, 9_000_000, 11_000_000);
        _consumer.RemoveAll(unit => unit.Unit.BytesUsed is 1_000_000 or 7_000_000);
        _provider.RemoveAll(unit => unit.Unit.BytesUsed is 1_000_000 or 7_000_000);

        var verdict = Verify(Record());

        Assert.True(verdict.Valid, Text(verdict));
        Assert.Equal("0.011", verdict.PaidIpx);
    }

    [Fact]
    public void Verify_AnyValueChanged_IsNoticedWhereItWasChanged()
    {
        Agree(4_000_000, 6_000_000, 11_000_000);
        var record = Record() with { Closures = [Close(TestChannels.Consumer, 11_000_000), Close(TestChannels.Provider, 11_000_000)] };
        var whole = JsonSerializer.SerializeToNode(record, VerificationJson.Default.ChannelExport)!;
        Assert.True(Verify(record).Valid);
        var changed = 0;
        foreach (var (list, entries) in new[] { ("consumerUnits", 3), ("providerUnits", 3), ("closures", 2) })
        {
            for (var position = 0; position < entries; position++)
            {
                foreach (var (field, value) in whole[list]![position]!.AsObject())
                {
                    var copy = whole.DeepClone();
                    copy[list]![position]![field] = Other(value!);
                    var verdict = Verify(copy);
                    Assert.False(verdict.Valid, $"{list}[{position}].{field} was changed unnoticed");
                    Assert.Contains(verdict.Findings, finding => finding.Level == "wrong" && finding.Where == $"{list}[{position}]");
                    changed++;
                }
            }
        }

        Assert.Equal(6 * 5 + 2 * 4, changed);
    }

    [Theory]
    [InlineData("consumer")]
    [InlineData("provider")]
    [InlineData("capacityBytes")]
    [InlineData("pricePerMB")]
    [InlineData("tolerancePpm")]
    [InlineData("kind")]
    [InlineData("salt")]
    public void Verify_OtherTerms_AreNotThisChannels(string field)
    {
        Agree(4_000_000);
        var record = JsonSerializer.SerializeToNode(Record(), VerificationJson.Default.ChannelExport)!;
        record["terms"]![field] = field == "kind" ? "lock" : field == "capacityBytes" ? 50_000_000 : Other(record["terms"]![field]!);

        var verdict = Verify(record);

        Assert.Contains(verdict.Findings, finding => finding is { Where: "channelId", Level: "wrong" });
    }

    [Fact]
    public void Verify_AHigherIndexWithFewerBytes_IsAProofAgainstItsSigner()
    {
        Agree(4_000_000);
        _consumer.Add(Sign(TestChannels.Consumer, 2, 3_000_000, Bytes32.Zero));

        var finding = Assert.Single(Verify(Record()).Findings, finding => finding.Level == "wrong");

        Assert.Equal("consumerUnits[1]", finding.Where);
        Assert.Contains($"proof against {TestChannels.Consumer.Address}", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_AUnitOverTwoCheckpoints_BreaksTheCrossingRule()
    {
        Agree(4_000_000);
        _consumer.Add(Sign(TestChannels.Consumer, 2, 11_000_000, _provider[^1].Unit.StructHash()));

        Assert.Contains("two checkpoints", Assert.Single(Verify(Record()).Findings, finding => finding.Level == "wrong").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_ACheckpointCrossedOnTooLowACounterUnit_BreaksTheCrossingRule()
    {
        Agree(4_000_000, 6_000_000, 11_000_000);
        _consumer.Add(Sign(TestChannels.Consumer, 4, 15_000_000, _provider[0].Unit.StructHash()));

        Assert.Contains("only 4000000", Assert.Single(Verify(Record()).Findings, finding => finding.Level == "wrong").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_ACheckpointCrossedOnAUnitThatIsNotThere_IsUnprovenAndNotWrong()
    {
        Agree(4_000_000, 6_000_000, 11_000_000);
        _provider.RemoveAt(1);

        var verdict = Verify(Record());

        Assert.True(verdict.Valid);
        Assert.Equal("consumerUnits[2]", Assert.Single(verdict.Findings, finding => finding.Level == "unproven").Where);
    }

    [Fact]
    public void Verify_ADispute_BurnsWhatTheContractWouldAndEndsTheProvidersUnits()
    {
        Agree(4_000_000);
        _provider.Add(Sign(TestChannels.Provider, 2, 20_000_000, _consumer[^1].Unit.StructHash()));

        var disputed = Verify(Record());
        Assert.True(disputed.Valid, Text(disputed));
        Assert.Equal((true, "0.004", "0.005", "0.091"), (disputed.IsDispute, disputed.PaidIpx, disputed.BurnedIpx, disputed.RefundedIpx));

        _provider.Add(Sign(TestChannels.Provider, 3, 21_000_000, _consumer[^1].Unit.StructHash()));
        Assert.Contains("is the provider's last", Assert.Single(Verify(Record()).Findings, finding => finding.Level == "wrong").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_ASettlementAboveWhatWasSigned_IsNotExplained()
    {
        Agree(4_000_000);
        var honest = Settled(4_000_000, "0");
        Assert.True(Verify(Record() with { Settlement = honest }).Valid);

        Assert.False(Verify(Record() with { Settlement = Settled(5_000_000, "0") }).Valid);
        Assert.False(Verify(Record() with { Settlement = Settled(4_000_000, "1000") }).Valid);
        Assert.False(Verify(Record() with { Settlement = honest with { Refunded = "1" } }).Valid);
        Assert.False(Verify(Record() with { Settlement = honest with { Paid = "x" } }).Valid);
    }

    [Theory]
    [InlineData("{\"version\":2}", "version 2")]
    [InlineData("{\"version\":\"1\"}", "names no version")]
    [InlineData("[1]", "names no version")]
    [InlineData("{\"version\":1}", "is no channel record")]
    [InlineData("not JSON", "is no channel record")]
    [InlineData("", "is no channel record")]
    public void Read_WhatIsNoRecordOfThisVersion_IsRefusedPolitely(string json, string text)
    {
        var fault = Assert.Throws<RecordFileException>(() => RecordFile.Read("file", System.Text.Encoding.UTF8.GetBytes(json)));

        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("terms")]
    [InlineData("channelId")]
    [InlineData("consumerUnits")]
    [InlineData("closures")]
    public void Read_ARecordWithNullWhereSomethingBelongs_IsRefused(string field)
    {
        Agree(4_000_000);
        var record = JsonSerializer.SerializeToNode(Record(), VerificationJson.Default.ChannelExport)!;
        record[field] = null;
        Assert.Throws<RecordFileException>(() => Verify(record));
        record[field] = new JsonArray { (JsonNode?)null };
        Assert.Throws<RecordFileException>(() => Verify(record));
    }

    [Fact]
    public void Read_ARecordOfExtremeNumbers_IsJudgedWithoutAFault()
    {
        Agree(4_000_000);
        var record = JsonSerializer.SerializeToNode(Record(), VerificationJson.Default.ChannelExport)!;
        record["capacityBytes"] = ulong.MaxValue;
        record["paidBytes"] = ulong.MaxValue;
        record["consumerUnits"]![0]!["bytesUsed"] = ulong.MaxValue;
        record["consumerUnits"]![0]!["index"] = ulong.MaxValue;
        record["terms"]!["pricePerMB"] = Protocol.Amounts.TokenAmount.MaxPrice.ToString();
        record["settlement"] = JsonSerializer.SerializeToNode(Settled(0, "0") with { BytesUsed = ulong.MaxValue }, VerificationJson.Default.SettlementExport);

        Assert.False(Verify(record).Valid);
        record["terms"]!["pricePerMB"] = new string('9', 200);
        Assert.Throws<RecordFileException>(() => Verify(record));
    }

    private void Agree(params ulong[] counts)
    {
        foreach (var bytes in counts)
        {
            var counter = _provider.Count == 0 ? Bytes32.Zero : _provider[^1].Unit.StructHash();
            _consumer.Add(Sign(TestChannels.Consumer, (ulong)_consumer.Count + 1, bytes, counter));
            _provider.Add(Sign(TestChannels.Provider, (ulong)_provider.Count + 1, bytes, _consumer[^1].Unit.StructHash()));
        }
    }

    private static SignedUnit Sign(KeySigner signer, ulong index, ulong bytes, Bytes32 counter) => SignedUnit.Sign(
        new UsageUnit(Terms.ChannelId(TestChannels.Domain), index, bytes, Terms.Consumer, Terms.Provider, index, counter), signer, TestChannels.Domain);

    private static ClosureExport Close(KeySigner signer, ulong bytes) => new()
    {
        Signer = signer.Address.ToString(),
        BytesUsed = bytes,
        ValidUntilSeconds = 77,
        Signature = signer.Sign(new Closure(Terms.ChannelId(TestChannels.Domain), bytes, 77), TestChannels.Domain).ToString(),
    };

    private ChannelExport Record() => new()
    {
        Domain = new DomainExport { ChainId = TestChannels.Domain.ChainId, VerifyingContract = TestChannels.Domain.VerifyingContract.ToString() },
        ChannelId = Terms.ChannelId(TestChannels.Domain).ToString(),
        Terms = TermsExport.Of(Terms),
        CapacityBytes = Terms.CapacityBytes,
        ConsumerUnits = [.. _consumer.Select(UnitExport.Of)],
        ProviderUnits = [.. _provider.Select(UnitExport.Of)],
        Closures = [],
    };

    private static SettlementExport Settled(ulong bytes, string burned)
    {
        var deposit = Terms.Deposit(Terms.CapacityBytes);
        return new SettlementExport
        {
            BytesUsed = bytes,
            Paid = Terms.Price(bytes).ToString(),
            Burned = burned,
            Refunded = (deposit - Terms.Price(bytes) - Protocol.Amounts.TokenAmount.Parse(burned)).ToString(),
            TransactionHash = Bytes32.Zero.ToString(),
            BlockNumber = 1,
        };
    }

    private static VerdictDocument Verify(ChannelExport record) => Verify(JsonSerializer.SerializeToNode(record, VerificationJson.Default.ChannelExport)!);

    private static VerdictDocument Verify(JsonNode record) =>
        RecordVerifier.Verify(RecordFile.Read("record", System.Text.Encoding.UTF8.GetBytes(record.ToJsonString())));

    // Another value of the same shape: one more, or another hexadecimal digit.
    private static JsonNode Other(JsonNode value)
    {
        if (value.GetValueKind() == JsonValueKind.Number)
        {
            return value.GetValue<ulong>() + 1_000;
        }

        var text = value.GetValue<string>();
        if (!text.StartsWith("0x", StringComparison.Ordinal))
        {
            return text + "0";
        }

        // In lower case an address needs no checksum.
        var lower = text.ToLowerInvariant();
        return lower[..10] + (lower[10] == 'a' ? 'b' : 'a') + lower[11..];
    }

    private static string Text(VerdictDocument verdict) => string.Join('\n', verdict.Findings.Select(finding => finding.ToString()));
}
