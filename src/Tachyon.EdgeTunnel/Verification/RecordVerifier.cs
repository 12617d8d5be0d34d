using System.Numerics;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Settlement;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Verification;

/// <summary>
/// Re-checks a channel's record from nothing but itself: terms, units, closures, settlement; and says who owes what. Needs no
/// chain, no key and no trust in whoever wrote it.
/// </summary>
internal static class RecordVerifier
{
    // Enough for a bar to move, and too seldom to matter.
    private const int ReportEvery = 256;

    /// <summary>Checks all of it.</summary>
    /// <param name="record">The record.</param>
    /// <param name="report">Told now and then how many units are checked.</param>
    public static VerdictDocument Verify(ReadRecord record, Action<int>? report = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        List<Finding> findings = [.. CheckTerms(record, out var capacityBytes)];
        var verifier = new SignatureVerifier();
        var consumer = new UnitCheck(record, ofProvider: false, capacityBytes, verifier);
        var provider = new UnitCheck(record, ofProvider: true, capacityBytes, verifier);
        foreach (var (done, finding) in consumer.Run().Concat(provider.Run()).Index())
        {
            findings.Add(finding);
            if (done % ReportEvery == 0)
            {
                report?.Invoke(done);
            }
        }

        findings.AddRange(CheckClosures(record, capacityBytes, verifier, out var closureBytes));
        var paidBytes = Math.Min(record.Export.PaidBytes, capacityBytes);
        if (record.Export.PaidBytes > consumer.GreatestBytes)
        {
            findings.Add(new Finding("paidBytes", FindingLevel.Unproven, $"claims paid for {record.Export.PaidBytes} bytes, the consumer's units here state {consumer.GreatestBytes}"));
        }

        var outcome = closureBytes is { } agreed && agreed >= paidBytes
            ? SettlementRules.CloseCooperatively(record.Terms, capacityBytes, agreed, paidBytes)
            : SettlementRules.Settle(record.Terms, capacityBytes, consumer.GreatestBytes, provider.GreatestBytes, paidBytes);
        findings.AddRange(CheckSettlement(record, capacityBytes, Math.Max(consumer.GreatestBytes, paidBytes), provider.GreatestBytes, closureBytes));
        return new VerdictDocument
        {
            ChannelId = record.ChannelId.ToString(),
            Valid = findings.All(finding => finding.Level != FindingLevel.Wrong),
            UnitsChecked = record.ConsumerUnits.Count + record.ProviderUnits.Count,
            ConsumerBytes = consumer.GreatestBytes,
            ProviderBytes = provider.GreatestBytes,
            IsDispute = SettlementRules.IsDispute(consumer.GreatestBytes, provider.GreatestBytes, record.Terms.TolerancePpm),
            ClosureBytes = closureBytes,
            Paid = outcome.Paid.ToString(),
            PaidIpx = outcome.Paid.ToTokens(),
            Burned = outcome.Burned.ToString(),
            BurnedIpx = outcome.Burned.ToTokens(),
            Refunded = outcome.Refunded.ToString(),
            RefundedIpx = outcome.Refunded.ToTokens(),
            Findings = [.. findings.Select(finding => new FindingDocument
            {
                Where = finding.Where, Level = finding.Level.ToString().ToLowerInvariant(), Text = finding.Text,
            })],
        };
    }

    private static List<Finding> CheckTerms(ReadRecord record, out ulong capacityBytes)
    {
        var findings = new List<Finding>();
        var id = record.Terms.ChannelId(record.Domain);
        findings.Add(record.Terms.Validate() is { } fault
            ? new Finding("terms", FindingLevel.Wrong, fault.ToString())
            : new Finding("terms", FindingLevel.Right, $"{record.Terms.PricePerMB.ToTokens()} IPX per MB, tolerance {record.Terms.TolerancePpm} ppm"));
        findings.Add(id == record.ChannelId
            ? new Finding("channelId", FindingLevel.Right, "it is the digest of these terms on this contract")
            : new Finding("channelId", FindingLevel.Wrong, $"the terms give {id} on this contract: they are not this channel's"));
        var capacity = record.Export.CapacityBytes;
        var raised = capacity == record.Terms.CapacityBytes ? null : Terms.ValidateTopUp(record.Terms.CapacityBytes, capacity);
        findings.Add(raised is not null
            ? new Finding("capacityBytes", FindingLevel.Wrong, raised.ToString())
            : new Finding("capacityBytes", FindingLevel.Right, $"{capacity} bytes for a deposit of {record.Terms.Deposit(capacity).ToTokens()} IPX"));

        // The arithmetic below needs a capacity that a channel can have.
        capacityBytes = ByteCounts.RoundDownToKB(Math.Min(capacity, ProtocolConstants.MaxCapacityBytes));
        return findings;
    }

    private static List<Finding> CheckClosures(ReadRecord record, ulong capacityBytes, SignatureVerifier verifier, out ulong? closureBytes)
    {
        var findings = new List<Finding>();
        var valid = new List<NamedClosure>();
        for (var position = 0; position < record.Closures.Count; position++)
        {
            var named = record.Closures[position];
            var why = WhyWrong(record, named, capacityBytes, verifier);
            if (why is null)
            {
                valid.Add(named);
            }

            findings.Add(new Finding(
                $"closures[{position}]",
                why is null ? FindingLevel.Right : FindingLevel.Wrong,
                why ?? $"{named.Signer} signed an end at {named.Closure.Closure.BytesUsed} bytes"));
        }

        closureBytes = valid
            .Where(closure => closure.Signer == record.Terms.Consumer)
            .Select(closure => closure.Closure.Closure)
            .Where(closure => valid.Any(other => other.Signer == record.Terms.Provider && other.Closure.Closure == closure))
            .Select(closure => (ulong?)closure.BytesUsed)
            .Max();
        return findings;
    }

    private static string? WhyWrong(ReadRecord record, NamedClosure named, ulong capacityBytes, SignatureVerifier verifier)
    {
        var closure = named.Closure.Closure;
        if (named.Signer != record.Terms.Consumer && named.Signer != record.Terms.Provider)
        {
            return $"{named.Signer} is no party of the channel";
        }

        if (!ByteCounts.IsWholeKB(closure.BytesUsed) || closure.BytesUsed > capacityBytes)
        {
            return $"{closure.BytesUsed} bytes are not in whole KB within the capacity of {capacityBytes}";
        }

        var fault = verifier.Verify(closure, record.Domain, named.Closure.Signature, named.Signer);
        return fault == SignatureFault.None ? null : $"the signature is not {named.Signer}'s ({fault})";
    }

    // Every paid byte explained: the chain cannot have paid for more than the consumer signed, nor burned more than a dispute may.
    private static IEnumerable<Finding> CheckSettlement(
        ReadRecord record, ulong capacityBytes, ulong consumerBytes, ulong providerBytes, ulong? closureBytes)
    {
        if (record.Export.Settlement is not { } settlement)
        {
            yield break;
        }

        const string where = "settlement";
        if (!TokenAmount.TryParse(settlement.Paid, out var paid)
            || !TokenAmount.TryParse(settlement.Burned, out var burned)
            || !TokenAmount.TryParse(settlement.Refunded, out var refunded))
        {
            yield return new Finding(where, FindingLevel.Wrong, "its amounts are no decimal numbers of base units");
            yield break;
        }

        var deposit = record.Terms.Deposit(capacityBytes);
        if (settlement.BytesUsed > capacityBytes || paid != record.Terms.Price(settlement.BytesUsed))
        {
            yield return new Finding(where, FindingLevel.Wrong, $"{settlement.BytesUsed} bytes do not cost {paid.ToTokens()} IPX under these terms");
        }

        if (paid + burned + refunded != deposit)
        {
            yield return new Finding(where, FindingLevel.Wrong, $"paid, burned and refunded are not the deposit of {deposit.ToTokens()} IPX");
        }

        var explained = Math.Max(consumerBytes, closureBytes ?? 0);
        if (settlement.BytesUsed > explained)
        {
            yield return new Finding(where, FindingLevel.Wrong, $"{settlement.BytesUsed} bytes were paid, but the consumer signed only {explained} in this record");
        }

        var charged = SettlementRules.ChargedBytes(settlement.BytesUsed, Math.Min(providerBytes, capacityBytes), record.Terms.TolerancePpm);
        var mostBurned = record.Terms.Price(charged).BaseUnits - record.Terms.Price(Math.Min(settlement.BytesUsed, capacityBytes)).BaseUnits;
        if (burned.BaseUnits > BigInteger.Max(mostBurned, 0))
        {
            yield return new Finding(where, FindingLevel.Wrong, $"{burned.ToTokens()} IPX were burned, which the provider's units in this record do not explain");
        }

        yield return new Finding(
            where, FindingLevel.Right, $"paid for {settlement.BytesUsed} bytes in transaction {settlement.TransactionHash}, block {settlement.BlockNumber}, which only the chain can confirm");
    }
}
