using Tachyon.EdgeTunnel.Journal;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.EdgeTunnel.Verification;

/// <summary>Puts a channel's record together from what a journal holds of it.</summary>
internal static class ChannelExporter
{
    /// <exception cref="RecordFileException">The domain is not the one that the channel was opened under.</exception>
    public static ChannelExport Export(JournalArchive journal, ChannelRecord channel, Eip712Domain domain)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(channel);
        if (channel.Terms.ChannelId(domain) != channel.ChannelId)
        {
            throw new RecordFileException(
                $"channel {channel.ChannelId} was not opened on contract {domain.VerifyingContract} of chain {domain.ChainId}: name its deployment file with --deployment");
        }

        var (own, peer) = UnitsOf(journal.LoadLedger(channel.ChannelId));
        var isConsumer = channel.Role == SessionRole.Consumer;
        return new ChannelExport
        {
            Domain = DomainExport.Of(domain),
            ChannelId = channel.ChannelId.ToString(),
            Terms = TermsExport.Of(channel.Terms),
            CapacityBytes = channel.CapacityBytes,
            PaidBytes = channel.PaidBytes,
            ConsumerUnits = Export(isConsumer ? own : peer),
            ProviderUnits = Export(isConsumer ? peer : own),
            Closures =
            [
                .. ClosuresOf(journal, channel, ClosureSide.Own, isConsumer ? channel.Terms.Consumer : channel.Terms.Provider),
                .. ClosuresOf(journal, channel, ClosureSide.Peer, channel.Peer),
            ],
            Settlement = journal.Settlements.Load().FirstOrDefault(settlement => settlement.ChannelId == channel.ChannelId) is { } settlement
                ? new SettlementExport
                {
                    BytesUsed = settlement.BytesUsed,
                    Paid = settlement.Paid.ToString(),
                    Burned = settlement.Burned.ToString(),
                    Refunded = settlement.Refunded.ToString(),
                    TransactionHash = settlement.TransactionHash.ToString(),
                    BlockNumber = settlement.BlockNumber,
                }
                : null,
        };
    }

    private static (List<SignedUnit> Own, List<SignedUnit> Peer) UnitsOf(IReadOnlyList<byte[]> records)
    {
        List<SignedUnit> own = [];
        List<SignedUnit> peer = [];
        foreach (var record in records.Select(record => LedgerRecordCodec.Decode(record)))
        {
            switch (record)
            {
                case ConsumerUnitSigned signed:
                    own.Add(signed.Unit);
                    break;
                case ProviderUnitTaken taken:
                    peer.Add(taken.Unit);
                    break;
                case ConsumerUnitAnswered answered:
                    peer.Add(answered.Unit);
                    own.Add(answered.Answer);
                    break;
                case OwnUnitRecalled recalled:
                    own.Add(recalled.Unit);
                    break;
                case ContradictionFound found:
                    peer.Add(found.Contradiction.First);
                    peer.Add(found.Contradiction.Second);
                    break;
            }
        }

        return (own, peer);
    }

    // The same unit may be there twice: recalled after it was signed, or as half of a contradiction.
    private static IReadOnlyList<UnitExport> Export(List<SignedUnit> units) =>
        [.. units.Distinct().OrderBy(unit => unit.Unit.Index).ThenBy(unit => unit.Unit.BytesUsed).Select(UnitExport.Of)];

    private static IEnumerable<ClosureExport> ClosuresOf(JournalArchive journal, ChannelRecord channel, ClosureSide side, Protocol.Identity.Address signer) =>
        journal.Closures.Load(channel.ChannelId, side).Select(closure => ClosureExport.Of(signer, closure));
}
