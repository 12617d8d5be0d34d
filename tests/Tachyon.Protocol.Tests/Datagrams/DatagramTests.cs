using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Datagrams;

/// <summary>What opens is what the peer sealed for this side on this path, once; all else changes nothing.</summary>
public sealed class DatagramTests
{
    private static readonly byte[] Content = [1, 2, 3, 4, 5];

    [Theory]
    [InlineData(RecordCipher.Aes256Gcm)]
    [InlineData(RecordCipher.ChaCha20Poly1305)]
    public void Open_SealedGroup_GivesItsContentAndNothingElse(RecordCipher cipher)
    {
        var secrets = DatagramFixture.Secrets with { Cipher = cipher };
        using var sealer = DatagramFixture.Sealer(secrets);
        using var opener = DatagramFixture.Opener(secrets);
        var (header, group) = sealer.Seal(Content);
        Assert.False(group.AsSpan().StartsWith(Content));
        Assert.Equal(DatagramOutcome.Opened, opener.Open(header, group));
        Assert.Equal(Content, group[..^DatagramLayout.TagBytes]);
    }

    [Fact]
    public void Open_AnyBitOfHeaderOrGroupFlipped_IsRefusedAndTheGenuineOneStillOpens()
    {
        using var sealer = DatagramFixture.Sealer();
        using var opener = DatagramFixture.Opener();
        var sent = sealer.Seal(Content, count: 2);
        var headerBytes = new byte[DatagramLayout.HeaderBytes + 1];
        sent.Header.Write(headerBytes);
        for (var bit = 0; bit < DatagramLayout.HeaderBytes * 8; bit++)
        {
            byte[] changed = [.. headerBytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            // The place is told by where a part fits, not by the tag: another order is another content.
            if (bit / 8 != 1 && DatagramHeader.TryRead(changed, out var header))
            {
                Assert.NotEqual(DatagramOutcome.Opened, opener.Open((header, sent.Group)));
            }
        }

        for (var bit = 0; bit < sent.Group.Length * 8; bit++)
        {
            byte[] changed = [.. sent.Group];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(DatagramOutcome.Forged, opener.Open((sent.Header, changed)));
        }

        Assert.Equal(DatagramOutcome.Opened, opener.Open(sent));
    }

    [Fact]
    public void Open_Truncated_IsRefusedAtEveryLength()
    {
        using var sealer = DatagramFixture.Sealer();
        using var opener = DatagramFixture.Opener();
        var (header, group) = sealer.Seal(Content);
        for (var length = 0; length < group.Length; length++)
        {
            Assert.Equal(DatagramOutcome.Forged, opener.Open((header, group[..length])));
        }
    }

    [Fact]
    public void Open_InAnyOrder_TakesEachOnce()
    {
        using var sealer = DatagramFixture.Sealer();
        using var opener = DatagramFixture.Opener();
        var sent = Enumerable.Range(0, 500).Select(i => sealer.Seal([(byte)i])).ToArray();
        new Random(1).Shuffle(sent);
        Assert.All(sent, group => Assert.Equal(DatagramOutcome.Opened, opener.Open(group)));
        Assert.All(sent, group => Assert.Equal(DatagramOutcome.Replayed, opener.Open(group)));
        Assert.Equal(0u, opener.Missing);
    }

    [Fact]
    public void Open_SomeNeverCame_AreMissing()
    {
        using var sealer = DatagramFixture.Sealer();
        using var opener = DatagramFixture.Opener();
        for (var i = 0; i < 100; i++)
        {
            var sent = sealer.Seal(Content);
            if (i % 10 != 0)
            {
                _ = opener.Open(sent);
            }
        }

        Assert.Equal(10u, opener.Missing);
    }

    [Fact]
    public void Open_KeysOfAnotherDirectionPathChannelOrCipher_AreRefused()
    {
        using var sealer = DatagramFixture.Sealer();
        var sent = sealer.Seal(Content);
        DatagramSecrets[] others =
        [
            DatagramFixture.Secrets with { ConsumerSecret = Keccak256.HashText("another") },
            DatagramFixture.Secrets with { ProviderSecret = Keccak256.HashText("another") },
            DatagramFixture.Secrets with { ChannelId = ChannelId.FromBytes(Keccak256.HashText("another").ToArray()) },
            DatagramFixture.Secrets with { ConsumerReceiver = 7 },
            DatagramFixture.Secrets with { Cipher = RecordCipher.ChaCha20Poly1305 },
        ];
        foreach (var other in others)
        {
            using var opener = DatagramFixture.Opener(other);
            Assert.Equal(DatagramOutcome.Forged, opener.Open(sent));
        }

        using var reflected = DatagramFixture.Secrets.Opener(SessionRole.Provider);
        Assert.Equal(DatagramOutcome.Forged, reflected.Open((sent.Header with { Receiver = 0x11111111 }, sent.Group)));
    }

    [Fact]
    public void Rekey_IsDueByGroupsByVolumeAndByTime()
    {
        using var byGroups = DatagramFixture.Sealer(limits: DatagramFixture.Small);
        for (var i = 0; i < 5; i++)
        {
            byGroups.Advance(0);
            _ = byGroups.Seal([1]);
            Assert.Equal(0u, byGroups.Rekeys);
        }

        byGroups.Advance(0);
        Assert.Equal(1u, byGroups.Rekeys);

        using var byVolume = DatagramFixture.Sealer(limits: DatagramFixture.Small);
        _ = byVolume.Seal(new byte[1_000]);
        byVolume.Advance(0);
        Assert.Equal(1u, byVolume.Rekeys);

        using var byTime = DatagramFixture.Sealer(limits: DatagramFixture.Small);
        byTime.Advance(1_000);
        byTime.Advance(60_999);
        Assert.Equal(0u, byTime.Rekeys);
        byTime.Advance(61_000);
        Assert.Equal(1u, byTime.Rekeys);
    }

    [Fact]
    public void Rekey_OverManyKeys_LateGroupsOfTheLastKeyStillOpenAndOlderOnesDoNot()
    {
        using var sealer = DatagramFixture.Sealer(limits: DatagramFixture.Small);
        using var opener = DatagramFixture.Opener(limits: DatagramFixture.Small);
        var late = new List<(DatagramHeader, byte[])>();
        for (var epoch = 0; epoch < 600; epoch++)
        {
            late.Add(sealer.Seal(Content));
            Assert.Equal(DatagramOutcome.Opened, opener.Open(sealer.Seal(Content)));
            if (epoch > 0)
            {
                Assert.Equal(DatagramOutcome.Opened, opener.Open(late[epoch - 1]));
            }

            if (epoch > 1)
            {
                Assert.NotEqual(DatagramOutcome.Opened, opener.Open(late[epoch - 2]));
            }

            sealer.Advance((ulong)epoch * 60_000);
        }

        Assert.Equal(598u, opener.Rekeys);
    }

    [Fact]
    public void Open_KeyUsedForMoreThanAllowed_IsRefusedUntilTheNext()
    {
        using var sealer = DatagramFixture.Sealer(limits: DatagramFixture.Small);
        using var opener = DatagramFixture.Opener(limits: DatagramFixture.Small);
        sealer.Advance(0);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(DatagramOutcome.Opened, opener.Open(sealer.Seal(new byte[1_000])));
        }

        Assert.Equal(DatagramOutcome.KeyUsedUp, opener.Open(sealer.Seal(Content)));
        sealer.Advance(0);
        Assert.Equal(DatagramOutcome.Opened, opener.Open(sealer.Seal(Content)));
    }

    [Fact]
    public void Secrets_AsText_TellNothing() => Assert.DoesNotContain(
        DatagramFixture.Secrets.ConsumerSecret.ToString()[2..], DatagramFixture.Secrets.ToString(), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Keys_FromKnownSecrets_AreTheDocumentedOnes()
    {
        // Computed by another program: two versions that derive keys differently could not talk.
        using var sealer = DatagramFixture.Sealer();
        var (_, group) = sealer.Seal(Content);
        sealer.Advance(0);
        sealer.Advance(120_000);
        var (header, next) = sealer.Seal(Content);
        Assert.Equal("541cbae4d10a12677d1ff5241980f59ed0f0f199e3", Convert.ToHexStringLower(group));
        Assert.Equal("d07ebcc9340235d0dcb7fd4fe9169e31b902570af1", Convert.ToHexStringLower(next));
        Assert.Equal(1, header.Epoch);
    }
}
