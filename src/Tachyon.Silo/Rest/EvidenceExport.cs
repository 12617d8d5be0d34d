using Tachyon.Grains;
using Tachyon.Protocol.EvidenceFiles;
using Tachyon.Protocol.Signing;

namespace Tachyon.Silo.Rest;

/// <summary>What both sides of a channel signed, as far as the silo has it: the record that tachyon-edge verify reads (docs/evidence.md).</summary>
internal static class EvidenceExport
{
    public static ChannelExport Of(Eip712Domain domain, ChannelView view, ChannelEvidence evidence) => new()
    {
        Domain = DomainExport.Of(domain),
        ChannelId = view.ChannelId.ToString(),
        Terms = TermsExport.Of(view.Terms),
        CapacityBytes = view.CapacityBytes,
        PaidBytes = view.PaidBytes,
        ConsumerUnits = evidence.ConsumerUnit is { } consumers ? [UnitExport.Of(consumers)] : [],
        ProviderUnits = evidence.ProviderUnit is { } providers ? [UnitExport.Of(providers)] : [],
        Closures =
        [
            .. evidence.ConsumerClosure is { } byConsumer ? [ClosureExport.Of(view.Terms.Consumer, byConsumer)] : Array.Empty<ClosureExport>(),
            .. evidence.ProviderClosure is { } byProvider ? [ClosureExport.Of(view.Terms.Provider, byProvider)] : Array.Empty<ClosureExport>(),
        ],
    };
}
