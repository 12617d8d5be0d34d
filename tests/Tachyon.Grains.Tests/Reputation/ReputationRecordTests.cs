using FsCheck;
using FsCheck.Fluent;
using Tachyon.Grains.Reputation;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Tests.Reputation;

/// <summary>What a node's record keeps of many statements, in any order and any number of times.</summary>
public sealed class ReputationRecordTests
{
    private const ulong Now = 1_800_000_000_000;
    private static readonly Address Node = AddressOf(1);

    [Fact]
    public void Heard_AnyStatementsInAnyOrderAndNumber_KeepTheNewestOfEachIssuer()
    {
        Gen<(int Issuer, int Time, bool Revoked)[]> statements =
            (from issuer in Gen.Choose(2, 5)
             from time in Gen.Choose(0, 3)
             from revoked in Gen.Elements(true, false)
             select (issuer, time, revoked)).ArrayOf();
        var cases = from all in statements from seed in Gen.Choose(0, int.MaxValue) select (all, seed);
        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            HeardStatement[] heard = [.. given.all.Select(x => Heard(AddressOf(x.Issuer), Now + (ulong)x.Time, x.Revoked))];
            HeardStatement[] shuffled = [.. heard, .. heard];
            new Random(given.seed).Shuffle(shuffled);
            var one = heard.Aggregate(new ReputationRecord(), HeardStatements.Add);
            var other = shuffled.Aggregate(new ReputationRecord(), HeardStatements.Add);
            return Standing(one).SetEquals(Standing(other))
                && one.Heard.Length == heard.Select(statement => statement.Issuer).Distinct().Count()
                && one.Heard.All(kept => heard.Where(x => x.Issuer == kept.Issuer).All(x => !x.Signed.Supersedes(kept.Signed)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Heard_FromMoreIssuersThanFit_KeepsTheWeightiest_AndSaysSo()
    {
        var full = new ReputationRecord
        {
            Heard = [.. Enumerable.Range(2, StatementLimits.Issuers).Select(i => Heard(AddressOf(i), Now, revoked: false, burned: i))],
        };

        ReputationRecord light = HeardStatements.Add(full, Heard(AddressOf(999_999), Now, revoked: false));
        Assert.True(light.HeardMore);
        Assert.DoesNotContain(light.Heard, heard => heard.Issuer == AddressOf(999_999));
        Assert.Equal(StatementLimits.Issuers, light.Heard.Length);

        ReputationRecord heavy = HeardStatements.Add(full, Heard(AddressOf(999_999), Now, revoked: false, burned: 1_000_000));
        Assert.Contains(heavy.Heard, heard => heard.Issuer == AddressOf(999_999));
        Assert.DoesNotContain(heavy.Heard, heard => heard.Issuer == AddressOf(2));
    }

    [Fact]
    public void Issued_MoreInADayThanAllowed_IsRefused_UntilTheNextDay()
    {
        var record = new ReputationRecord();
        for (int i = 0; i < StatementLimits.PerDay; i++)
        {
            record = IssuedStatements.Admit(record, About(AddressOf(100 + i), Now), null, Now, out _)!;
            record = IssuedStatements.Admit(record, About(AddressOf(100 + i), Now + 1, revoked: true), null, Now, out _)!;
        }

        Assert.Null(IssuedStatements.Admit(record, About(AddressOf(99), Now), null, Now, out StatementRefusal refusal));
        Assert.Equal(StatementRefusal.TooMany, refusal);
        ulong tomorrow = Now + (ulong)StatementLimits.Day.TotalMilliseconds;
        Assert.NotNull(IssuedStatements.Admit(record, About(AddressOf(99), tomorrow), null, tomorrow, out _));
    }

    [Fact]
    public void Issued_AboutMoreThanFit_TakesTheOldestRevocationsPlace_AndNeverThatOfWhatStands()
    {
        var standing = new ReputationRecord
        {
            Issued = [.. Enumerable.Range(100, StatementLimits.Subjects).Select(i => new IssuedStatement { Signed = About(AddressOf(i), Now) })],
        };
        Assert.Null(IssuedStatements.Admit(standing, About(AddressOf(99), Now), null, Now, out StatementRefusal refusal));
        Assert.Equal(StatementRefusal.TooMany, refusal);

        ReputationRecord revoked = IssuedStatements.Admit(standing, About(AddressOf(500), Now + 1, revoked: true), null, Now, out _)!;
        revoked = IssuedStatements.Spread(revoked, revoked.Issued[^1].Signed);
        ReputationRecord admitted = IssuedStatements.Admit(revoked, About(AddressOf(99), Now), null, Now, out _)!;
        Assert.Null(IssuedStatements.Find(admitted, AddressOf(500)));
        Assert.True(IssuedStatements.Find(admitted, AddressOf(99))!.IsPending);
        Assert.Equal(StatementLimits.Subjects, admitted.Issued.Length);
    }

    private static HashSet<(Address Issuer, ulong Time, bool Stands)> Standing(ReputationRecord record) =>
        [.. record.Heard.Select(heard => (heard.Issuer, heard.Signed.Statement.TimestampMs, heard.Stands))];

    private static HeardStatement Heard(Address issuer, ulong timestampMs, bool revoked, int burned = 0) => new()
    {
        Signed = Statement(issuer, Node, timestampMs, revoked),
        Burned = new TokenAmount(burned),
    };

    private static SignedBlacklisting About(Address subject, ulong timestampMs, bool revoked = false) => Statement(Node, subject, timestampMs, revoked);

    private static SignedBlacklisting Statement(Address issuer, Address subject, ulong timestampMs, bool revoked) => new(
        new Blacklisting(issuer, subject, new ChannelId(Keccak256.HashText($"{subject}")), 1, timestampMs, revoked, Bytes32.Zero), default);

    private static Address AddressOf(int number) => Address.FromBytes(Keccak256.HashText($"node {number}").ToArray().AsSpan(0, 20));
}
