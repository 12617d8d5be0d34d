using Tachyon.Chain;
using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Tests.Reputation;

/// <summary>A consumer and a provider with a channel that has paid, and what they state about each other.</summary>
internal sealed class StatementMaker(GrainCluster cluster, Party consumer, Party provider, Terms terms)
{
    private ulong _lastMs;

    public Party Consumer => consumer;

    public Party Provider => provider;

    public Terms Terms => terms;

    public ChannelId Channel => terms.ChannelId(cluster.Chain.Domain);

    /// <summary>Opens a channel of two new parties and claims a megabyte on it, so that it has paid.</summary>
    public static async Task<StatementMaker> Paid(GrainCluster cluster)
    {
        Party consumer = cluster.NewParty();
        Party provider = cluster.NewParty();
        return await Paid(cluster, consumer, provider);
    }

    /// <inheritdoc cref="Paid(GrainCluster)" />
    public static async Task<StatementMaker> Paid(GrainCluster cluster, Party consumer, Party provider)
    {
        StatementMaker maker = await Unpaid(cluster, consumer, provider);
        await provider.Send(cluster.Chain, new ChainCall.Claim(maker.Terms, consumer.Unit(maker.Terms, 1, 1_000_000)));
        await cluster.Reaches(maker.Channel, view => !view.Paid.IsZero, "paid");
        return maker;
    }

    /// <summary>Opens a channel that has paid nothing yet.</summary>
    public static async Task<StatementMaker> Unpaid(GrainCluster cluster, Party consumer, Party provider)
    {
        Terms terms = cluster.NewTerms(consumer, provider);
        await cluster.OpenActive(consumer, provider, terms);
        return new StatementMaker(cluster, consumer, provider, terms);
    }

    /// <summary>Ends the channel in a dispute: the provider closes it with a count of its own making, which burns of the consumer's deposit.</summary>
    public async Task Dispute()
    {
        await provider.Send(cluster.Chain, new ChainCall.StartClose(terms, consumer.Unit(terms, 1, 1_000_000), provider.Unit(terms, 1, 6_000_000)));
        await cluster.Reaches(Channel, ChannelPhase.Closing);
        cluster.Advance(TimeSpan.FromHours(13));
        await provider.Send(cluster.Chain, new ChainCall.Settle(terms));
        await cluster.Reaches(Channel, ChannelPhase.Settled);
    }

    /// <summary>The consumer's statement about the provider, later than any before.</summary>
    public SignedBlacklisting ByConsumer(bool revoked = false, Contradiction? evidence = null) => By(consumer, provider, revoked, evidence);

    /// <summary>The provider's about the consumer.</summary>
    public SignedBlacklisting ByProvider(bool revoked = false) => By(provider, consumer, revoked, null);

    public SignedBlacklisting By(Party issuer, Party subject, bool revoked = false, Contradiction? evidence = null, Party? signer = null)
    {
        _lastMs = Math.Max(_lastMs + 1, cluster.Clock.NowMs);
        return (signer ?? issuer).Sign(new Blacklisting(
            issuer.Address,
            subject.Address,
            Channel,
            (byte)BlacklistingReason.Unserved,
            _lastMs,
            revoked,
            evidence is null ? Bytes32.Zero : BlacklistingEvidence.HashOf(evidence)));
    }

    /// <summary>Two units of a party under one index.</summary>
    public Contradiction Contradict(Party party) =>
        new(ContradictionKind.SameIndexTwoContents, party.Unit(terms, 5, 5_000_000), party.Unit(terms, 5, 4_000_000));

    public Task<StatementRefusal> Publish(SignedBlacklisting signed, Contradiction? evidence = null) =>
        cluster.Grains.Reputation(signed.Issuer).Publish(signed, evidence);
}
