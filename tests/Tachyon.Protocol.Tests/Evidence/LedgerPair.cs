using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Evidence;

/// <summary>Both ledgers of a channel side by side, and units made by hand for either.</summary>
internal sealed class LedgerPair
{
    internal const ulong Start = 1_800_000_000_000;
    internal const ulong MB = 1_000_000;

    private readonly SignatureVerifier _verifier = new();

    internal LedgerPair(uint tolerancePpm = 10_000, ulong capacityBytes = 1_000 * MB)
    {
        Terms = TestKeys.Terms(capacityBytes, tolerancePpm);
        ChannelId = Terms.ChannelId(TestKeys.Domain);
        Consumer = new ConsumerLedger(Terms, TestKeys.Domain, TestKeys.Consumer, _verifier);
        Provider = new ProviderLedger(Terms, TestKeys.Domain, TestKeys.Provider, _verifier);
    }

    internal Terms Terms { get; }

    internal ChannelId ChannelId { get; }

    internal ConsumerLedger Consumer { get; set; }

    internal ProviderLedger Provider { get; set; }

    internal ulong NowMs { get; set; } = Start;

    /// <summary>Downstream traffic that both count, with every unit delivered and answered.</summary>
    internal void Use(ulong bytes)
    {
        while (bytes > 0)
        {
            int payload = (int)Math.Min(bytes, 50_000);
            Assert.Equal(PayloadDecision.Forward, Provider.TryForward(payload, NowMs));
            Consumer.Count(payload, NowMs);
            bytes -= (ulong)payload;
            Exchange();
        }
    }

    /// <summary>Lets the consumer sign everything used, and the provider answer.</summary>
    internal void Settle()
    {
        Consumer.WantUnit();
        Exchange();
        Assert.True(Consumer.IsSettled);
    }

    internal void Exchange(ulong signAheadBytes = 0)
    {
        while (Consumer.Poll(NowMs, 10, signAheadBytes).Unit is { } unit)
        {
            PeerUnitOutcome outcome = Provider.Receive(unit, NowMs);
            Assert.Equal(PeerUnitKind.Agreed, outcome.Kind);
            Assert.Equal(PeerUnitKind.Agreed, Consumer.Receive(outcome.Answer!, NowMs).Kind);
        }
    }

    internal SignedUnit Forge(
        KeySigner signer, ulong index, ulong bytesUsed, Bytes32 counterUnit = default, ulong? timestampMs = null) =>
        SignedUnit.Sign(
            new UsageUnit(
                ChannelId, index, bytesUsed, Terms.Consumer, Terms.Provider, timestampMs ?? NowMs, counterUnit),
            signer,
            TestKeys.Domain);
}
