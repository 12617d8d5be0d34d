using System.Text.Json;
using Tachyon.EdgeTunnel.Verification;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Tests.Verification;

/// <summary>The record of a lock: the proxy states what the exit counted, which trails what its consumer signed ahead, and that is no lie.</summary>
public sealed class LockRecordTests
{
    private static readonly Terms Terms = TestChannels.Terms(capacityBytes: 100_000_000) with { Kind = ChannelKind.Lock };

    [Fact]
    public void Verify_ALockWhoseProxyTrailsItsConsumer_IsValidAndNoDispute()
    {
        var first = Sign(TestChannels.Consumer, 1, 256_000, Bytes32.Zero);
        var nothing = Sign(TestChannels.Provider, 1, 0, first.Unit.StructHash());
        var ahead = Sign(TestChannels.Consumer, 2, 4_900_000, nothing.Unit.StructHash());
        var counted = Sign(TestChannels.Provider, 2, 1_300_000, ahead.Unit.StructHash());
        var step = Sign(TestChannels.Consumer, 3, 9_800_000, counted.Unit.StructHash());
        var crossed = Sign(TestChannels.Provider, 3, 5_100_000, step.Unit.StructHash());

        var verdict = Verify([first, ahead, step], [nothing, counted, crossed]);

        Assert.True(verdict.Valid, string.Join('\n', verdict.Findings.Select(finding => finding.ToString())));
        Assert.Equal((9_800_000UL, 5_100_000UL, false), (verdict.ConsumerBytes, verdict.ProviderBytes, verdict.IsDispute));

        // 110 % of the price of what the consumer signed.
        Assert.Equal(("0.01078", "0"), (verdict.PaidIpx, verdict.BurnedIpx));
    }

    [Fact]
    public void Verify_AProxyThatStatesLessThanItDid_IsFoundOut()
    {
        var unit = Sign(TestChannels.Consumer, 1, 2_000_000, Bytes32.Zero);
        var more = Sign(TestChannels.Provider, 1, 1_000_000, unit.Unit.StructHash());
        var less = Sign(TestChannels.Provider, 2, 500_000, unit.Unit.StructHash());

        Assert.False(Verify([unit], [more, less]).Valid);
    }

    private static SignedUnit Sign(KeySigner signer, ulong index, ulong bytes, Bytes32 counter) => SignedUnit.Sign(
        new UsageUnit(Terms.ChannelId(TestChannels.Domain), index, bytes, Terms.Consumer, Terms.Provider, index, counter), signer, TestChannels.Domain);

    private static VerdictDocument Verify(SignedUnit[] consumer, SignedUnit[] provider)
    {
        var record = new ChannelExport
        {
            Domain = new DomainExport { ChainId = TestChannels.Domain.ChainId, VerifyingContract = TestChannels.Domain.VerifyingContract.ToString() },
            ChannelId = Terms.ChannelId(TestChannels.Domain).ToString(),
            Terms = TermsExport.Of(Terms),
            CapacityBytes = Terms.CapacityBytes,
            ConsumerUnits = [.. consumer.Select(UnitExport.Of)],
            ProviderUnits = [.. provider.Select(UnitExport.Of)],
            Closures = [],
        };
        return RecordVerifier.Verify(RecordFile.Read("record", JsonSerializer.SerializeToUtf8Bytes(record, VerificationJson.Default.ChannelExport)));
    }
}
