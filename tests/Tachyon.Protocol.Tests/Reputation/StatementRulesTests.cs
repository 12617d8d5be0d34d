using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Reputation;

public class StatementRulesTests
{
    private const ulong Now = 1_800_000_000_000;
    private static readonly Eip712Domain Domain = new(31_337, TestKeys.Stranger.Address);
    private static readonly SignatureVerifier Verifier = new();
    private static readonly Terms Terms = new(
        TestKeys.Consumer.Address, TestKeys.Provider.Address, 100_000_000, new TokenAmount(7), 1_000, ChannelKind.Direct, Keccak256.Hash([1]));

    private static readonly ChannelId Channel = Terms.ChannelId(Domain);

    [Fact]
    public void Check_StatementOfEitherParty_IsInOrder()
    {
        Assert.Equal(StatementFault.None, Check(Sign(TestKeys.Consumer, About(TestKeys.Consumer, TestKeys.Provider))));
        Assert.Equal(StatementFault.None, Check(Sign(TestKeys.Provider, About(TestKeys.Provider, TestKeys.Consumer))));
    }

    [Fact]
    public void Check_AnyIssuerSubjectAndSigner_PassesOnlyOneParty_AboutTheOther_SignedByItself()
    {
        KeySigner[] keys = [TestKeys.Consumer, TestKeys.Provider, TestKeys.Stranger];
        Properties.Hold((byte issuer, byte subject, byte signer) =>
        {
            var (i, s, k) = (issuer % 3, subject % 3, signer % 3);
            var fault = Check(Sign(keys[k], About(keys[i], keys[s])));
            return fault == StatementFault.None == (i < 2 && s == 1 - i && k == i);
        });
    }

    [Fact]
    public void Check_TermsOfAnotherChannel_GivesOtherChannel()
    {
        var signed = Sign(TestKeys.Consumer, About(TestKeys.Consumer, TestKeys.Provider));

        Assert.Equal(StatementFault.OtherChannel, StatementRules.Check(signed, Terms with { Salt = default }, null, Verifier, Domain, Now));
        Assert.Equal(
            StatementFault.OtherChannel,
            StatementRules.Check(signed, Terms, null, Verifier, new Eip712Domain(1, TestKeys.Stranger.Address), Now));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(255)]
    public void Check_ReasonOutsideTheList_GivesUnknownReason(byte reason) => Assert.Equal(
        StatementFault.UnknownReason,
        Check(Sign(TestKeys.Consumer, About(TestKeys.Consumer, TestKeys.Provider) with { Reason = reason })));

    [Fact]
    public void Check_TimeMoreThanAMinuteAhead_GivesTimestampAhead()
    {
        var stated = About(TestKeys.Consumer, TestKeys.Provider);

        Assert.Equal(StatementFault.None, Check(Sign(TestKeys.Consumer, stated with { TimestampMs = Now + 60_000 })));
        Assert.Equal(StatementFault.TimestampAhead, Check(Sign(TestKeys.Consumer, stated with { TimestampMs = Now + 60_001 })));
    }

    [Fact]
    public void Check_ContradictionOfTheSubject_IsEvidence()
    {
        var evidence = Contradict(TestKeys.Provider, Channel);
        Assert.Equal(StatementFault.None, Check(With(evidence), evidence));
    }

    [Fact]
    public void Check_EvidenceThatIsNotTheSubjects_OrOfAnotherChannel_OrNotTheOneNamed_GivesBadEvidence()
    {
        var good = Contradict(TestKeys.Provider, Channel);
        Contradiction[] bad =
        [
            Contradict(TestKeys.Consumer, Channel),
            Contradict(TestKeys.Stranger, Channel),
            Contradict(TestKeys.Provider, new ChannelId(Keccak256.Hash([2]))),
            good with { Second = good.First },
            good with { Kind = ContradictionKind.HigherIndexFewerBytes },
        ];

        Assert.All(bad, evidence => Assert.Equal(StatementFault.BadEvidence, Check(With(evidence), evidence)));
        Assert.Equal(StatementFault.BadEvidence, Check(With(good), null));
        Assert.Equal(StatementFault.BadEvidence, Check(Sign(TestKeys.Consumer, About(TestKeys.Consumer, TestKeys.Provider)), good));
        Assert.Equal(
            StatementFault.BadEvidence,
            Check(Sign(TestKeys.Consumer, With(good).Statement with { Revoked = true }), good));
    }

    [Fact]
    public void Supersedes_AnyStatementsInAnyOrder_LeadToTheSameOne() => Properties.Hold((int seed, byte count) =>
    {
        var random = new Random(seed);
        SignedBlacklisting[] statements =
        [
            .. Enumerable.Range(0, 1 + (count % 8)).Select(_ => new SignedBlacklisting(
                About(TestKeys.Consumer, TestKeys.Provider) with
                {
                    // Few times, so that many are equal.
                    TimestampMs = Now - (ulong)random.Next(3),
                    Revoked = random.Next(2) == 1,
                    Reason = (byte)random.Next(1, 4),
                },
                default)),
        ];
        var newest = Merge(statements);
        random.Shuffle(statements);
        var again = Merge([.. statements, .. statements]);
        return newest == again && statements.All(other => other == newest || !other.Supersedes(newest));
    });

    [Fact]
    public void Supersedes_RevocationOfTheSameTime_Stands()
    {
        var stated = new SignedBlacklisting(About(TestKeys.Consumer, TestKeys.Provider), default);
        var revoked = stated with { Statement = stated.Statement with { Revoked = true } };

        Assert.True(revoked.Supersedes(stated));
        Assert.False(stated.Supersedes(revoked));
        Assert.False(stated.Supersedes(stated));
    }

    private static SignedBlacklisting Merge(IEnumerable<SignedBlacklisting> statements) =>
        statements.Aggregate((known, next) => next.Supersedes(known) ? next : known);

    private static Blacklisting About(KeySigner issuer, KeySigner subject) =>
        new(issuer.Address, subject.Address, Channel, (byte)BlacklistingReason.Unserved, Now, false, Bytes32.Zero);

    private static SignedBlacklisting With(Contradiction evidence) => Sign(
        TestKeys.Consumer,
        About(TestKeys.Consumer, TestKeys.Provider) with { Evidence = BlacklistingEvidence.HashOf(evidence) });

    private static SignedBlacklisting Sign(KeySigner signer, Blacklisting stated) => SignedBlacklisting.Sign(stated, signer, Domain);

    private static StatementFault Check(SignedBlacklisting signed, Contradiction? evidence = null) =>
        StatementRules.Check(signed, Terms, evidence, Verifier, Domain, Now);

    private static Contradiction Contradict(KeySigner signer, ChannelId channelId) => new(
        ContradictionKind.SameIndexTwoContents, Unit(signer, channelId, 1_000), Unit(signer, channelId, 2_000));

    private static SignedUnit Unit(KeySigner signer, ChannelId channelId, ulong bytesUsed) => SignedUnit.Sign(
        new UsageUnit(channelId, 3, bytesUsed, Terms.Consumer, Terms.Provider, Now, Bytes32.Zero), signer, Domain);
}
