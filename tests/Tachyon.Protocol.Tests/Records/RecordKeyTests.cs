using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Tests.Records;

/// <summary>The life of a key: no nonce twice, the next key in time, and no way back.</summary>
public sealed class RecordKeyTests
{
    private static readonly byte[] Content = new byte[100];

    [Fact]
    public void Rekey_IsDueByRecordsByVolumeAndByTime()
    {
        using var byRecords = RecordFixture.Sealer(limits: RecordFixture.Small);
        for (var i = 0; i < 5; i++)
        {
            Assert.False(byRecords.IsRekeyDue(TimeSpan.Zero));
            _ = byRecords.Seal([1]);
        }

        Assert.True(byRecords.IsRekeyDue(TimeSpan.Zero));
        _ = byRecords.Rekey();
        Assert.False(byRecords.IsRekeyDue(TimeSpan.Zero));

        using var byVolume = RecordFixture.Sealer(limits: RecordFixture.Small);
        _ = byVolume.Seal(new byte[999]);
        Assert.False(byVolume.IsRekeyDue(TimeSpan.Zero));
        _ = byVolume.Seal([1]);
        Assert.True(byVolume.IsRekeyDue(TimeSpan.Zero));

        using var byTime = RecordFixture.Sealer(limits: RecordFixture.Small);
        Assert.False(byTime.IsRekeyDue(TimeSpan.FromSeconds(59)));
        Assert.True(byTime.IsRekeyDue(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Rekey_IsFollowed_AndNothingOfTheOldKeyIsTakenAfterIt()
    {
        using var sealer = RecordFixture.Sealer();
        using var opener = RecordFixture.Opener();
        var before = sealer.Seal(Content);
        var rekey = sealer.Rekey();
        var after = sealer.Seal(Content);
        Assert.Equal(RecordOutcome.Frames, opener.Open(before).Outcome);
        Assert.Equal(RecordOutcome.Rekeyed, opener.Open(rekey).Outcome);
        Assert.Equal(Content, opener.Open(after).Content);

        using var replayed = RecordFixture.Opener();
        _ = replayed.Open(before);
        _ = replayed.Open(rekey);
        Assert.Equal(RecordOutcome.Forged, replayed.Open(before).Outcome);

        using var withoutRekey = RecordFixture.Opener();
        _ = withoutRekey.Open(before);
        Assert.Equal(RecordOutcome.Forged, withoutRekey.Open(after).Outcome);
    }

    [Fact]
    public void Key_UsedUpByRecords_SealsNoMoreUntilTheNext()
    {
        using var sealer = RecordFixture.Sealer(limits: RecordFixture.Small);
        using var opener = RecordFixture.Opener(limits: RecordFixture.Small);
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(RecordOutcome.Frames, opener.Open(sealer.Seal([1])).Outcome);
        }

        Assert.Throws<InvalidOperationException>(() => sealer.Seal([1]));
        Assert.Equal(RecordOutcome.Rekeyed, opener.Open(sealer.Rekey()).Outcome);
        Assert.Equal(RecordOutcome.Frames, opener.Open(sealer.Seal([1])).Outcome);
    }

    [Fact]
    public void Key_UsedUpByVolume_SealsNoMoreUntilTheNext()
    {
        using var sealer = RecordFixture.Sealer(limits: RecordFixture.Small);
        using var opener = RecordFixture.Opener(limits: RecordFixture.Small);
        Assert.Equal(RecordOutcome.Frames, opener.Open(sealer.Seal(new byte[4_001])).Outcome);

        Assert.Throws<InvalidOperationException>(() => sealer.Seal([1]));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(2, 4_001)]
    public void Peer_ThatOverusesAKey_IsNotRead(int records, int contentBytes)
    {
        using var careless = RecordFixture.Sealer();
        using var opener = RecordFixture.Opener(limits: RecordFixture.Small);
        for (var i = 1; i < records; i++)
        {
            Assert.Equal(RecordOutcome.Frames, opener.Open(careless.Seal(new byte[contentBytes])).Outcome);
        }

        Assert.Equal(RecordOutcome.KeyUsedUp, opener.Open(careless.Seal(new byte[contentBytes])).Outcome);
        Assert.Equal(RecordOutcome.KeyUsedUp, opener.Open(careless.Rekey()).Outcome);
    }

    [Fact]
    public void StandardLimits_LeaveRoomBetweenWhatASenderUsesAndWhatAReceiverTakes()
    {
        var limits = RecordLimits.Standard;

        // The record that a sender seals just below its limit must still fit.
        Assert.True(limits.MostBytes > limits.KeyBytes + RecordLayout.MaxContentBytes);
        Assert.True(limits.MostRecords > limits.KeyRecords);
    }
}
