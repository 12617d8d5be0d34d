using Tachyon.Grains.Tests.Cluster;
using Tachyon.Protocol.Evidence;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>What proves that a party contradicted itself is kept, whoever hands it in and whatever becomes of the unit.</summary>
public sealed class ContradictionTests : IAsyncLifetime
{
    private GrainCluster _cluster = null!;
    private Party _consumer = null!;
    private Party _provider = null!;
    private Terms _terms = null!;
    private ChannelId _channel;

    private IChannelGrain Channel => _cluster.Grains.Channel(_channel);

    public async Task InitializeAsync()
    {
        _cluster = await GrainCluster.Start();
        _consumer = _cluster.NewParty();
        _provider = _cluster.NewParty();
        _terms = _cluster.NewTerms(_consumer, _provider);
        _channel = await _cluster.OpenActive(_consumer, _provider, _terms);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task RefusedUnit_ThatContradictsTheKnownOne_IsProof_AndSurvivesEverySilo()
    {
        await Submit([_consumer.Unit(_terms, 2, 2_000)], [_provider.Unit(_terms, 2, 2_000)]);

        Assert.Equal(UnitRefusal.Contradiction, (await Submit([_consumer.Unit(_terms, 2, 1_000)], [])).Refusal);
        Assert.Equal(UnitRefusal.Contradiction, (await Submit([], [_provider.Unit(_terms, 3, 1_000)])).Refusal);
        await _cluster.KillAllSilos();

        ChannelEvidence evidence = await Eventually.ValueAsync(
            () => GrainCluster.Patiently<ChannelEvidence>(async () => await Channel.Evidence()), "the channel's evidence");
        Assert.Equal(ContradictionKind.SameIndexTwoContents, evidence.ConsumerContradiction!.Kind);
        Assert.Equal(ContradictionKind.HigherIndexFewerBytes, evidence.ProviderContradiction!.Kind);
        Assert.True(Proves(evidence.ConsumerContradiction, _consumer));
        Assert.True(Proves(evidence.ProviderContradiction, _provider));
        ChannelView view = (await Channel.View())!;
        Assert.True(view is { ConsumerContradicted: true, ProviderContradicted: true, ConsumerBytes: 2_000 });
    }

    [Fact]
    public async Task TakenUnit_ThatContradictsTheKnownOne_IsBothEvidenceAndProof()
    {
        await Submit([_consumer.Unit(_terms, 9, 1_000_000)], []);

        Assert.True((await Submit([_consumer.Unit(_terms, 8, 2_000_000)], [])).Accepted);

        ChannelEvidence evidence = await Channel.Evidence();
        Assert.Equal(2_000_000UL, evidence.ConsumerUnit!.Unit.BytesUsed);
        Assert.True(Proves(evidence.ConsumerContradiction!, _consumer));
    }

    [Fact]
    public async Task ContradictionInsideOneBatch_IsProof()
    {
        Assert.True((await Submit([_consumer.Unit(_terms, 8, 1_000_000), _consumer.Unit(_terms, 7, 80_000_000)], [])).Accepted);

        Assert.True(Proves((await Channel.Evidence()).ConsumerContradiction!, _consumer));
    }

    [Fact]
    public async Task UnitsThatOthersSigned_ProveNothing()
    {
        await Submit([_consumer.Unit(_terms, 2, 2_000)], []);

        await Submit([_provider.Unit(_terms, 2, 1_000)], []);
        await Submit([_cluster.Outsider.Unit(_terms, 9, 1_000), _consumer.Unit(_terms, 3, 3_000)], []);

        ChannelEvidence evidence = await Channel.Evidence();
        Assert.Equal(3_000UL, evidence.ConsumerUnit!.Unit.BytesUsed);
        Assert.Null(evidence.ConsumerContradiction);
        Assert.False((await Channel.View())!.ConsumerContradicted);
    }

    [Fact]
    public async Task FurtherContradictions_WriteNothing()
    {
        await Submit([_consumer.Unit(_terms, 2, 2_000)], []);
        await Submit([_consumer.Unit(_terms, 2, 1_000)], []);
        Contradiction first = (await Channel.Evidence()).ConsumerContradiction!;
        int before = _cluster.Faults.Writes("channel");

        for (ulong index = 3; index < 20; index++)
        {
            Assert.Equal(UnitRefusal.Contradiction, (await Submit([_consumer.Unit(_terms, index, 1_000)], [])).Refusal);
        }

        Assert.Equal(before, _cluster.Faults.Writes("channel"));
        Assert.Equal(first, (await Channel.Evidence()).ConsumerContradiction);
    }

    private bool Proves(Contradiction contradiction, Party accused) =>
        contradiction.Proves(accused.Address, new SignatureVerifier(), _cluster.Chain.Domain);

    private Task<SubmitUnitsResult> Submit(SignedUnit[] consumerUnits, SignedUnit[] providerUnits) =>
        Channel.SubmitUnits(new UnitBatch { ConsumerUnits = consumerUnits, ProviderUnits = providerUnits });
}
