using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Records;

/// <summary>What somebody on the path can do to records: nothing but end the connection.</summary>
public sealed class RecordTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 40).Select(i => (byte)i)];

    [Theory]
    [InlineData(RecordCipher.Aes256Gcm)]
    [InlineData(RecordCipher.ChaCha20Poly1305)]
    public void Records_OpenedInOrder_GiveWhatWasSealedAndHideIt(RecordCipher cipher)
    {
        var secrets = RecordFixture.Secrets with { Cipher = cipher };
        using var sealer = RecordFixture.Sealer(secrets);
        using var opener = RecordFixture.Opener(secrets);

        foreach (var length in (int[])[1, 12, 133, 16_384, RecordLayout.MaxContentBytes])
        {
            var content = new byte[length];
            Random.Shared.NextBytes(content);
            var record = sealer.Seal(content);

            Assert.Equal(RecordLayout.OverheadBytes + length, record.Length);
            Assert.True(length < 12 || record.AsSpan().IndexOf(content) < 0, "the content is to be read on the wire");
            var opened = opener.Open(record);
            Assert.Equal(RecordOutcome.Frames, opened.Outcome);
            Assert.Equal(content, opened.Content);
        }
    }

    [Fact]
    public void Content_SealedTwice_LooksDifferentEachTimeAndUnderEachKey()
    {
        using var sealer = RecordFixture.Sealer();
        var seen = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            Assert.True(seen.Add(Convert.ToHexString(sealer.Seal(Content))));
            if (i % 10 == 9)
            {
                Assert.True(seen.Add(Convert.ToHexString(sealer.Rekey())));
            }
        }
    }

    [Fact]
    public void Bit_FlippedAnywhere_IsFoundOutAndEndsTheDirection()
    {
        using var sealer = RecordFixture.Sealer();
        var record = sealer.Seal(Content);
        var next = sealer.Seal(Content);
        for (var bit = 0; bit < 8 * record.Length; bit++)
        {
            // Header (type, length), content and tag alike.
            byte[] altered = [.. record];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            using var opener = RecordFixture.Opener();

            var (outcome, _) = opener.Open(altered);

            Assert.True(outcome is null or RecordOutcome.Forged, $"bit {bit}: {outcome}");
            if (outcome == RecordOutcome.Forged)
            {
                Assert.Equal(RecordOutcome.Forged, opener.Open(record).Outcome);
                Assert.Equal(RecordOutcome.Forged, opener.Open(next).Outcome);
            }
        }
    }

    [Theory]
    [InlineData(1)] // one left out
    [InlineData(2)] // two exchanged
    [InlineData(0)] // the same once more
    public void Order_Changed_IsFoundOut(int first)
    {
        using var sealer = RecordFixture.Sealer();
        byte[][] records = [sealer.Seal(Content), sealer.Seal(Content), sealer.Seal(Content)];
        using var opener = RecordFixture.Opener();
        if (first == 0)
        {
            Assert.Equal(RecordOutcome.Frames, opener.Open(records[0]).Outcome);
        }

        Assert.Equal(RecordOutcome.Forged, opener.Open(records[first]).Outcome);
    }

    [Fact]
    public void Record_CutShortOrGrown_IsFoundOut()
    {
        using var sealer = RecordFixture.Sealer();
        var record = sealer.Seal(Content);
        foreach (var length in (int[])[record.Length - 1, record.Length - 16, RecordLayout.OverheadBytes])
        {
            using var opener = RecordFixture.Opener();
            byte[] cut = [.. record.AsSpan(0, length)];
            new RecordHeader(RecordType.Frames, Math.Max(1, length - RecordLayout.OverheadBytes)).Write(cut);

            Assert.Equal(RecordOutcome.Forged, opener.Open(cut).Outcome);
        }

        using var other = RecordFixture.Opener();
        Assert.Equal(RecordOutcome.Forged, other.Open([.. record, 0]).Outcome);
    }

    [Fact]
    public void OwnRecord_ReflectedByAnybody_IsFoundOut()
    {
        using var consumer = RecordFixture.Secrets.Sealer(SessionRole.Consumer);
        using var consumerReads = RecordFixture.Secrets.Opener(SessionRole.Provider);

        Assert.Equal(RecordOutcome.Forged, consumerReads.Open(consumer.Seal(Content)).Outcome);
    }

    [Fact]
    public void Record_OfAnotherConnection_IsFoundOut()
    {
        // Everything that the keys are bound to, one after the other: also a connection that reuses a secret.
        var own = RecordFixture.Secrets;
        var other = Keccak256.HashText("other");
        RecordSecrets[] others =
        [
            own with { ConsumerSecret = other },
            own with { ProviderSecret = other },
            own with { ConsumerSecret = own.ProviderSecret, ProviderSecret = own.ConsumerSecret },
            own with { ChannelId = ChannelId.FromBytes(other.ToArray()) },
            own with { ConsumerCertificate = other },
            own with { ProviderCertificate = other },
            own with { Cipher = RecordCipher.ChaCha20Poly1305 },
        ];
        foreach (var secrets in others)
        {
            using var sealer = RecordFixture.Sealer(secrets);
            using var opener = RecordFixture.Opener();

            Assert.Equal(RecordOutcome.Forged, opener.Open(sealer.Seal(Content)).Outcome);
        }
    }

    [Fact]
    public void Records_OfTwoConnectionsSpliced_AreFoundOut()
    {
        using var one = RecordFixture.Sealer();
        using var two = RecordFixture.Sealer(RecordFixture.Secrets with { ProviderSecret = Keccak256.HashText("other") });
        using var opener = RecordFixture.Opener();
        Assert.Equal(RecordOutcome.Frames, opener.Open(one.Seal(Content)).Outcome);

        // The same place in the order of the other connection.
        _ = two.Seal(Content);
        Assert.Equal(RecordOutcome.Forged, opener.Open(two.Seal(Content)).Outcome);
    }

    [Fact]
    public void End_IsToldByTheSenderAlone()
    {
        using var sealer = RecordFixture.Sealer();
        using var opener = RecordFixture.Opener();
        Assert.Equal(RecordOutcome.Frames, opener.Open(sealer.Seal(Content)).Outcome);
        Assert.False(opener.HasEnded);

        var end = sealer.End();
        Assert.Equal(RecordOutcome.Ended, opener.Open(end).Outcome);

        Assert.True(opener.HasEnded);
        Assert.Equal(RecordOutcome.AfterEnd, opener.Open(end).Outcome);
        Assert.Throws<InvalidOperationException>(() => sealer.Seal(Content));

        // A stranger's end is none.
        using var misled = RecordFixture.Opener();
        var forged = new byte[RecordLayout.OverheadBytes];
        new RecordHeader(RecordType.End, 0).Write(forged);
        Assert.Equal(RecordOutcome.Forged, misled.Open(forged).Outcome);
        Assert.False(misled.HasEnded);
    }

    [Fact]
    public void Secrets_Printed_AreNotToBeRead() =>
        Assert.DoesNotContain(RecordFixture.Secrets.ConsumerSecret.ToString()[2..], RecordFixture.Secrets.ToString(), StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData(RecordCipher.Aes256Gcm, "0100000674c020d3ae8b3d977132f256cc42f7811e712c88b189020000008c0a1abcd320b88203d934473297586201000004defa99f6f8b9a69a376b558c34fa1981e5349e69030000004d1e494d46913b5c6438e74e752b1376")]
    [InlineData(RecordCipher.ChaCha20Poly1305, "01000006bd0111aa0d98e513c416e7294d89d2159276ee9a613002000000ebba9cf9c940f5634f6e1843ba265f6c010000048e5c05607b63cc3ca87a242bc6526b39aa6eb68e03000000c3a74501f36be46e8656b189850a71ce")]
    public void Bytes_OfKnownSecrets_AreFrozen(RecordCipher cipher, string expected)
    {
        using var sealer = RecordFixture.Sealer(RecordFixture.Secrets with { Cipher = cipher });
        byte[] records = [.. sealer.Seal("frames"u8), .. sealer.Rekey(), .. sealer.Seal("more"u8), .. sealer.End()];

        Assert.Equal(expected, Convert.ToHexStringLower(records));
    }

    [Theory]
    [InlineData(true, true, true, RecordCiphers.Aes256Gcm | RecordCiphers.ChaCha20Poly1305)]
    [InlineData(true, false, true, RecordCiphers.ChaCha20Poly1305)] // in software AES is slow and leaks
    [InlineData(true, false, false, RecordCiphers.Aes256Gcm)]
    [InlineData(false, false, false, RecordCiphers.None)]
    public void Ciphers_OfAMachine_AreWhatItDoesWell(bool aes, bool instructions, bool chaCha, RecordCiphers expected) =>
        Assert.Equal(expected, RecordCipherChoice.Offer(aes, instructions, chaCha));

    [Fact]
    public void Choice_IsAesWhereBothHaveIt_ElseChaCha_ElseTls()
    {
        const RecordCiphers Both = RecordCiphers.Aes256Gcm | RecordCiphers.ChaCha20Poly1305;
        Assert.Equal(RecordCipher.Aes256Gcm, RecordCipherChoice.Choose(Both, Both));
        Assert.Equal(RecordCipher.ChaCha20Poly1305, RecordCipherChoice.Choose(Both, RecordCiphers.ChaCha20Poly1305));
        Assert.Equal(RecordCipher.None, RecordCipherChoice.Choose(RecordCiphers.Aes256Gcm, RecordCiphers.ChaCha20Poly1305));
        Assert.Equal(RecordCipher.ChaCha20Poly1305, RecordCipherChoice.Choose((RecordCiphers)0xFE, Both));
        Assert.True(RecordCiphers.Aes256Gcm.Contains(RecordCipher.None));
        Assert.False(RecordCiphers.Aes256Gcm.Contains(RecordCipher.ChaCha20Poly1305));
        Assert.False(((RecordCiphers)0xFF).Contains((RecordCipher)7));
    }
}
