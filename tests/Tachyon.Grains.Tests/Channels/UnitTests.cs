using Orleans.Runtime;
using Tachyon.Grains.Tests.Cluster;

namespace Tachyon.Grains.Tests.Channels;

/// <summary>Evidence: what is taken, what is refused, and that what was acknowledged is durable.</summary>
public sealed class UnitTests : IAsyncLifetime
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
    public async Task Units_OfBothSides_BecomeEvidence()
    {
        SubmitUnitsResult result = await Submit([_consumer.Unit(_terms, 1, 1_000_000)], [_provider.Unit(_terms, 1, 1_000_000)]);

        Assert.True(result.Accepted);
        Assert.Equal((1UL, 1_000_000UL, 1UL, 1_000_000UL), (result.ConsumerIndex, result.ConsumerBytes, result.ProviderIndex, result.ProviderBytes));
        ChannelView view = (await Channel.View())!;
        Assert.Equal((1_000_000UL, 1_000_000UL, true), (view.ConsumerBytes, view.ProviderBytes, view.Agreed));
    }

    [Fact]
    public async Task CountsThatDiffer_ByMoreThanTheTolerance_AreShownAsADispute()
    {
        await Submit([_consumer.Unit(_terms, 1, 1_000_000)], [_provider.Unit(_terms, 1, 2_000_000)]);

        ChannelView view = (await Channel.View())!;

        Assert.Equal((1_000_000UL, 2_000_000UL, false), (view.ConsumerBytes, view.ProviderBytes, view.Agreed));
    }

    [Fact]
    public async Task Batch_KeepsTheNewestOfEachSigner_WhateverTheOrder()
    {
        SignedUnit garbageInBetween = OutsiderUnit(2, 2_000);

        SubmitUnitsResult result = await Submit(
            [_consumer.Unit(_terms, 3, 3_000), garbageInBetween, _consumer.Unit(_terms, 1, 1_000)], []);

        Assert.True(result.Accepted);
        Assert.Equal((3UL, 3_000UL), (result.ConsumerIndex, result.ConsumerBytes));
    }

    [Fact]
    public async Task RepeatedAndOlderUnits_ChangeNothing_AndAreNoFault()
    {
        await Submit([_consumer.Unit(_terms, 2, 2_000)], []);

        Assert.True((await Submit([_consumer.Unit(_terms, 2, 2_000)], [])).Accepted);
        SubmitUnitsResult older = await Submit([_consumer.Unit(_terms, 1, 1_000)], []);

        Assert.True(older.Accepted);
        Assert.Equal((2UL, 2_000UL), (older.ConsumerIndex, older.ConsumerBytes));
    }

    [Fact]
    public async Task BadUnits_AreRefused_EachForItsReason_AndChangeNothing()
    {
        await Submit([_consumer.Unit(_terms, 2, 2_000)], []);
        Terms others = _cluster.NewTerms(_consumer, _provider);
        UsageUnit good = _consumer.Unit(_terms, 3, 3_000).Unit;
        SignedUnit highS = Malleable(_consumer.Unit(_terms, 3, 3_000));

        Assert.Equal(UnitRefusal.WrongSigner, await RefusalOf(_provider.Unit(_terms, 3, 3_000)));
        Assert.Equal(UnitRefusal.WrongSigner, await RefusalOf(OutsiderUnit(3, 3_000)));
        Assert.Equal(UnitRefusal.WrongSigner, await RefusalOf(new SignedUnit(good, default)));
        Assert.Equal(UnitRefusal.WrongSigner, await RefusalOf(highS));
        Assert.Equal(UnitRefusal.OtherChannel, await RefusalOf(_consumer.Unit(others, 3, 3_000)));
        Assert.Equal(UnitRefusal.OtherParties, await RefusalOf(_consumer.Sign(good with { Provider = _cluster.Outsider.Address })));
        Assert.Equal(UnitRefusal.Contradiction, await RefusalOf(_consumer.Unit(_terms, 3, 1_000)));
        Assert.Equal(UnitRefusal.Contradiction, await RefusalOf(_consumer.Unit(_terms, 2, 1_000)));
        Assert.Equal(UnitRefusal.Contradiction, await RefusalOf(_consumer.Unit(_terms, 2, 2_000, timestampMs: 2)));
        Assert.Equal(UnitRefusal.WrongSigner, await RefusalOf(OutsiderUnit(1, 3_000)));
        Assert.Equal(UnitRefusal.AboveCapacity, await RefusalOf(_consumer.Unit(_terms, 3, _terms.CapacityBytes + 1_000)));
        Assert.Equal(UnitRefusal.NotWholeKB, await RefusalOf(_consumer.Unit(_terms, 3, 3_001)));
        Assert.Equal(UnitRefusal.TimestampAhead, await RefusalOf(_consumer.Unit(_terms, 3, 3_000, _cluster.Clock.NowMs + 120_000)));
        Assert.Equal(UnitRefusal.IndexZero, await RefusalOf(_consumer.Unit(_terms, 0, 3_000)));
        Assert.Equal(UnitRefusal.BatchSize, (await Submit([], [])).Refusal);

        Assert.Equal(2_000UL, (await Channel.Evidence()).ConsumerUnit!.Unit.BytesUsed);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(7)]
    public async Task ConsumerThatSignsAHighIndexAhead_CannotShutOutTheBytesThatItOwesFor(ulong indexAhead)
    {
        Assert.True((await Submit([_consumer.Unit(_terms, indexAhead, 1_000_000)], [])).Accepted);

        SubmitUnitsResult owed = await Submit([_consumer.Unit(_terms, 7, 80_000_000)], []);

        Assert.True(owed.Accepted);
        Assert.Equal((7UL, 80_000_000UL), (owed.ConsumerIndex, owed.ConsumerBytes));
        Assert.Equal(80_000_000UL, (await Channel.Evidence()).ConsumerUnit!.Unit.BytesUsed);
        Assert.Equal(80_000_000UL, (await Submit([_consumer.Unit(_terms, 8, 1_000_000), _consumer.Unit(_terms, 7, 80_000_000)], [])).ConsumerBytes);
    }

    [Fact]
    public async Task Units_OfAChannelThatTheChainDoesNotShow_AreRefused()
    {
        Terms unknown = _cluster.NewTerms(_consumer, _provider);

        SubmitUnitsResult result = await _cluster.Grains.Channel(unknown.ChannelId(_cluster.Chain.Domain))
            .SubmitUnits(new UnitBatch { ConsumerUnits = [_consumer.Unit(unknown, 1, 1_000)] });

        Assert.Equal(UnitRefusal.UnknownChannel, result.Refusal);
    }

    [Fact]
    public async Task Evidence_SurvivesTheDeathOfEverySilo()
    {
        SignedUnit consumerUnit = _consumer.Unit(_terms, 7, 7_000_000);
        SignedUnit providerUnit = _provider.Unit(_terms, 7, 7_000_000);
        Assert.True((await Submit([consumerUnit], [providerUnit])).Accepted);

        await _cluster.KillAllSilos();

        ChannelEvidence evidence = await Eventually.ValueAsync(
            () => GrainCluster.Patiently<ChannelEvidence>(async () => await Channel.Evidence()), "the channel's evidence");
        Assert.Equal(consumerUnit, evidence.ConsumerUnit);
        Assert.Equal(providerUnit, evidence.ProviderUnit);
    }

    [Fact]
    public async Task Acknowledgement_WaitsForTheWrite_AndReadsShowOnlyWhatIsDurable()
    {
        Task<SubmitUnitsResult> submitted;
        using (_cluster.Faults.HoldWrites("channel"))
        {
            int before = _cluster.Faults.Writes("channel");
            submitted = Submit([_consumer.Unit(_terms, 1, 1_000)], []);
            await Eventually.TrueAsync(() => _cluster.Faults.Writes("channel") > before, "the write to begin");

            Assert.False(submitted.IsCompleted);
            Assert.Null((await Channel.Evidence()).ConsumerUnit);
            Assert.Equal(0UL, (await Channel.View())!.ConsumerBytes);
        }

        Assert.Equal(1_000UL, (await submitted).ConsumerBytes);
    }

    [Fact]
    public async Task Calls_ThatWaitForAWrite_ShareTheNextOne()
    {
        const int calls = 200;
        int before = _cluster.Faults.Writes("channel");
        Task<SubmitUnitsResult>[] submitted;
        using (_cluster.Faults.HoldWrites("channel"))
        {
            Task<SubmitUnitsResult> first = Submit([_consumer.Unit(_terms, 1, 1_000)], []);
            await Eventually.TrueAsync(() => _cluster.Faults.Writes("channel") > before, "the first write to begin");
            submitted = [first, .. Enumerable.Range(2, calls).Select(i => Submit([_consumer.Unit(_terms, (ulong)i, (ulong)i * 1_000)], []))];
            await Arrived(submitted.Length);
        }

        Assert.All(await Task.WhenAll(submitted), result => Assert.True(result.Accepted));
        Assert.InRange(_cluster.Faults.Writes("channel") - before, 2, 10);
        Assert.Equal((ulong)calls + 1, (await Channel.Evidence()).ConsumerUnit!.Unit.Index);
    }

    [Fact]
    public async Task UnitsThatComeDuringAWrite_ShareTheNextOne_AndABadOneIsRefusedAlone()
    {
        int before = _cluster.Faults.Writes("channel");
        Task<SubmitUnitsResult> first, older, newest, forged;
        using (_cluster.Faults.HoldWrites("channel"))
        {
            first = Submit([_consumer.Unit(_terms, 1, 1_000)], []);
            await Eventually.TrueAsync(() => _cluster.Faults.Writes("channel") > before, "the first write to begin");

            // Never looked at, since the newest says more: without coalescing its signature would be refused.
            // One after the other, since calls made at once may overtake each other.
            older = Submit([OutsiderUnit(2, 2_000)], [_provider.Unit(_terms, 1, 2_000)]);
            await Arrived(2);
            newest = Submit([_consumer.Unit(_terms, 3, 3_000)], [_provider.Unit(_terms, 2, 3_000)]);
            await Arrived(3);
            forged = Submit([OutsiderUnit(4, 4_000)], []);
            await Arrived(4);
            Assert.False(first.IsCompleted || older.IsCompleted || newest.IsCompleted || forged.IsCompleted);
        }

        SubmitUnitsResult refused = await forged;
        Assert.Equal((UnitRefusal.WrongSigner, 4UL), (refused.Refusal, refused.RefusedIndex));
        Assert.Equal(1UL, (await first).ConsumerIndex);
        foreach (SubmitUnitsResult result in new[] { await older, await newest })
        {
            Assert.Equal((UnitRefusal.None, 3UL, 2UL), (result.Refusal, result.ConsumerIndex, result.ProviderIndex));
        }

        Assert.Equal(2, _cluster.Faults.Writes("channel") - before);
    }

    [Fact]
    public async Task UnitsThatComeDuringAWriteThatFails_AreTakenByTheNextOne()
    {
        await Submit([_consumer.Unit(_terms, 1, 1_000)], []);
        int before = _cluster.Faults.Writes("channel");
        Task<SubmitUnitsResult> failing, waiting;
        using (_cluster.Faults.HoldWrites("channel"))
        {
            _cluster.Faults.FailBeforeWriting("channel");
            failing = Submit([_consumer.Unit(_terms, 2, 2_000)], []);
            await Eventually.TrueAsync(() => _cluster.Faults.Writes("channel") > before, "the write to begin");
            waiting = Submit([_consumer.Unit(_terms, 3, 3_000)], []);
            await Arrived(3);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => failing);
        Assert.Equal((true, 3UL), ((await waiting).Accepted, (await waiting).ConsumerIndex));
        Assert.Equal(3UL, (await Channel.Evidence()).ConsumerUnit!.Unit.Index);
    }

    [Fact]
    public async Task WriteThatFailsBeforeTheDisk_IsNotAcknowledged_AndTheUnitCanBeSentAgain()
    {
        await Submit([_consumer.Unit(_terms, 1, 1_000)], []);
        _cluster.Faults.FailBeforeWriting("channel");

        await Assert.ThrowsAnyAsync<Exception>(() => Submit([_consumer.Unit(_terms, 2, 2_000)], []));

        Assert.Equal(1_000UL, (await Channel.Evidence()).ConsumerUnit!.Unit.BytesUsed);
        Assert.Equal(2_000UL, (await Submit([_consumer.Unit(_terms, 2, 2_000)], [])).ConsumerBytes);
    }

    [Fact]
    public async Task WriteThatFailsAfterTheDisk_IsReadAgainBeforeAnythingIsAnswered()
    {
        await Submit([_consumer.Unit(_terms, 1, 1_000)], []);
        _cluster.Faults.FailAfterWriting("channel");

        await Assert.ThrowsAnyAsync<Exception>(() => Submit([_consumer.Unit(_terms, 2, 2_000)], []));

        // It did reach the disk, so that is what the grain must say from now on.
        ulong bytes = await Eventually.ValueAsync(
            async () => await GrainCluster.Patiently<ChannelEvidence>(async () => await Channel.Evidence()), "an answer")
            is { ConsumerUnit: { } unit } ? unit.Unit.BytesUsed : 0;
        Assert.Equal(2_000UL, bytes);
        Assert.Equal(3_000UL, (await Submit([_consumer.Unit(_terms, 3, 3_000)], [])).ConsumerBytes);
    }

    [Fact]
    public async Task StorageThatCannotEvenBeRead_EndsTheActivation_AndTheNextOneServes()
    {
        await Submit([_consumer.Unit(_terms, 1, 1_000)], []);
        _cluster.Faults.FailBeforeWriting("channel");
        _cluster.Faults.FailReads(true);

        await Assert.ThrowsAnyAsync<Exception>(() => Submit([_consumer.Unit(_terms, 2, 2_000)], []));
        await Assert.ThrowsAnyAsync<Exception>(() => Channel.Evidence());
        _cluster.Faults.FailReads(false);

        SubmitUnitsResult result = await Eventually.ValueAsync(
            async () =>
            {
                try
                {
                    return await Submit([_consumer.Unit(_terms, 2, 2_000)], []);
                }
                catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
                {
                    return null;
                }
            },
            "the channel to serve again");
        Assert.Equal(2_000UL, result.ConsumerBytes);
    }

    private async Task<UnitRefusal> RefusalOf(SignedUnit consumerUnit) => (await Submit([consumerUnit], [])).Refusal;

    /// <summary>Waits until so many batches have reached the grain since the test began.</summary>
    private Task Arrived(int batches) => Eventually.TrueAsync(
        () => _cluster.Activations.Calls(Channel, nameof(IChannelGrain.SubmitUnits)) == batches, $"{batches} batches to arrive");

    private Task<SubmitUnitsResult> Submit(SignedUnit[] consumerUnits, SignedUnit[] providerUnits) =>
        Channel.SubmitUnits(new UnitBatch { ConsumerUnits = consumerUnits, ProviderUnits = providerUnits });

    private SignedUnit OutsiderUnit(ulong index, ulong bytesUsed) => _cluster.Outsider.Unit(_terms, index, bytesUsed);

    /// <summary>The same signature with s in the upper half, which recovers the same key and is refused all the same.</summary>
    private static SignedUnit Malleable(SignedUnit unit)
    {
        var order = System.Numerics.BigInteger.Parse(
            "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber, null);
        var s = new System.Numerics.BigInteger(unit.Signature.S.ToArray(), isUnsigned: true, isBigEndian: true);
        byte[] high = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        var twin = new Signature(unit.Signature.R, Bytes32.FromBytes([.. new byte[32 - high.Length], .. high]), (byte)(55 - unit.Signature.V));
        return unit with { Signature = twin };
    }
}
