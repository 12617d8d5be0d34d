using Tachyon.Grains;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Silo.Rest;

/// <summary>What both sides of a channel signed, in the format of docs/evidence.md, which tachyon-edge verify reads.</summary>
internal sealed record EvidenceDocument(
    int Version,
    DomainDocument Domain,
    string ChannelId,
    TermsDocument Terms,
    ulong CapacityBytes,
    IReadOnlyList<UnitDocument> ConsumerUnits,
    IReadOnlyList<UnitDocument> ProviderUnits,
    IReadOnlyList<ClosureDocument> Closures)
{
    /// <summary>The version of the format that this build writes.</summary>
    public const int NewestVersion = 1;

    public static EvidenceDocument Of(Eip712Domain domain, ChannelView view, ChannelEvidence evidence) => new(
        NewestVersion,
        new DomainDocument(domain.ChainId, domain.VerifyingContract.ToString()),
        view.ChannelId.ToString(),
        TermsDocument.Of(view.Terms),
        view.CapacityBytes,
        evidence.ConsumerUnit is { } consumers ? [UnitDocument.Of(consumers)] : [],
        evidence.ProviderUnit is { } providers ? [UnitDocument.Of(providers)] : [],
        [
            .. evidence.ConsumerClosure is { } byConsumer ? [ClosureDocument.Of(view.Terms.Consumer.ToString(), byConsumer)] : Array.Empty<ClosureDocument>(),
            .. evidence.ProviderClosure is { } byProvider ? [ClosureDocument.Of(view.Terms.Provider.ToString(), byProvider)] : Array.Empty<ClosureDocument>(),
        ]);
}

/// <summary>The EIP-712 domain that every signature is for, apart from the name "Tachyon" and the version "1".</summary>
internal sealed record DomainDocument(ulong ChainId, string VerifyingContract);

/// <summary>A signed unit. The channel and its parties are those of the document.</summary>
internal sealed record UnitDocument(ulong Index, ulong BytesUsed, ulong TimestampMs, string CounterUnit, string Signature)
{
    public static UnitDocument Of(SignedUnit signed) => new(
        signed.Unit.Index, signed.Unit.BytesUsed, signed.Unit.TimestampMs, signed.Unit.CounterUnit.ToString(), signed.Signature.ToString());
}

/// <summary>A signed closure of the document's channel.</summary>
internal sealed record ClosureDocument(string Signer, ulong BytesUsed, ulong ValidUntilSeconds, string Signature)
{
    public static ClosureDocument Of(string signer, SignedClosure signed) => new(
        signer, signed.Closure.BytesUsed, signed.Closure.ValidUntilSeconds, signed.Signature.ToString());
}
