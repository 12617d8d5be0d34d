using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Reputation;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Reputation;

/// <summary>What a node makes of what it knows, and what it lets itself be told.</summary>
public sealed class PeerPolicyTests : IAsyncLifetime, IDisposable
{
    private static readonly Bytes32 Log = Bytes32.FromBytes(TestChannels.Key(77));
    private static readonly KeySigner Self = TestChannels.Consumer;
    private static readonly KeySigner Peer = TestChannels.Provider;
    private static readonly KeySigner[] Others = [.. Enumerable.Range(20, 4).Select(number => new KeySigner(TestChannels.Key((byte)number)))];

    private readonly TemporaryDirectory _directory = new();
    private EdgeJournal _journal = null!;
    private ChannelBook _book = null!;
    private KnownStatements _known = null!;

    private Blacklist OwnList => new(new DataDirectory(_directory.Path));

    public Task InitializeAsync()
    {
        Open();
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => CloseAsync();

    public void Dispose()
    {
        _book.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task OwnList_AndTheirStatementAboutThisNode_CountWhateverThePolicy()
    {
        var policy = Policy(ReputationPolicies.Ignore);
        Assert.Null(policy.WhyNot(Peer.Address));

        OwnList.Add(Peer.Address, null, TimeProvider.System.GetUtcNow());
        Assert.Equal(PeerObjectionKind.OwnList, policy.WhyNot(Peer.Address)!.Kind);
        OwnList.Remove(Peer.Address);

        await _known.TakeAsync(Log, [Statements.Of(1, Peer, Self)]);
        Assert.Equal(PeerObjectionKind.TheirStatement, policy.WhyNot(Peer.Address)!.Kind);
        Assert.True(await _known.TakeAsync(Log, [Statements.Of(2, Peer, Self, revoked: true)]));
        Assert.Null(policy.WhyNot(Peer.Address));
    }

    [Fact]
    public async Task Policies_AvoidByWhatOthersState_EachByItsOwnRule()
    {
        await _known.TakeAsync(Log, [Statements.Of(1, Others[0], Peer), Statements.Of(2, Others[1], Peer)]);

        Assert.False(Policy(ReputationPolicies.Ignore).IsParted(Peer.Address));
        Assert.False(Policy(ReputationPolicies.Evidence).IsParted(Peer.Address));
        Assert.False(Policy(ReputationPolicies.Trust, Others[2]).IsParted(Peer.Address));
        Assert.True(Policy(ReputationPolicies.Trust, Others[1]).IsParted(Peer.Address));

        // Two strangers weigh nothing, one trusted node is not enough, two are; a revocation takes its weight away.
        Assert.False(Policy(ReputationPolicies.Weigh).IsParted(Peer.Address));
        // Nor does anyone's word on a channel that paid nothing, whatever the gateway let pass.
        Assert.False(Policy(ReputationPolicies.Weigh, Others[0], Others[1]).IsParted(Peer.Address));
        foreach (var known in _journal.Statements.Unweighed(10))
        {
            await _journal.Statements.SaveWeightAsync(known, hasPaid: true, burned: null);
        }

        Assert.False(Policy(ReputationPolicies.Weigh, Others[0]).IsParted(Peer.Address));
        Assert.True(Policy(ReputationPolicies.Weigh, Others[0], Others[1]).IsParted(Peer.Address));
        await _known.TakeAsync(Log, [Statements.Of(3, Others[1], Peer, revoked: true)]);
        Assert.False(Policy(ReputationPolicies.Weigh, Others[0], Others[1]).IsParted(Peer.Address));

        await _known.TakeAsync(Log, [Statements.Of(4, Others[3], Peer, isProved: true)]);
        Assert.True(Policy(ReputationPolicies.Evidence).IsParted(Peer.Address));
        Assert.Contains("contradict", Policy(ReputationPolicies.Evidence).WhyNot(Peer.Address)!.Text, StringComparison.Ordinal);
        Assert.False(Policy(ReputationPolicies.Ignore).IsParted(Peer.Address));
    }

    [Fact]
    public async Task BurnedTokens_WeighOncePerChannel_AndOnlyAsTheOwnEndpointShowsThem()
    {
        await _known.TakeAsync(Log, [Statements.Of(1, Others[0], Peer), Statements.Of(2, Others[1], Peer, salt: 10)]);
        var unweighed = _journal.Statements.Unweighed(10);
        Assert.Equal(2, unweighed.Count);
        var half = new TokenAmount(new TokenAmount(System.Numerics.BigInteger.Pow(10, 18)).BaseUnits / 2);
        await _journal.Statements.SaveWeightAsync(unweighed[0], hasPaid: true, half);
        Assert.False(Policy(ReputationPolicies.Weigh).IsParted(Peer.Address));
        await _journal.Statements.SaveWeightAsync(unweighed[1], hasPaid: true, half);
        Assert.True(Policy(ReputationPolicies.Weigh).IsParted(Peer.Address));
        Assert.Contains("burned 1 IPX", Policy(ReputationPolicies.Weigh).WhyNot(Peer.Address)!.Text, StringComparison.Ordinal);
        Assert.Empty(_journal.Statements.Unweighed(10));
    }

    [Fact]
    public async Task StatementsToWeigh_AllHaveTheirTurn_HoweverManyChannelsStayOpen()
    {
        await _known.TakeAsync(Log, [Statements.Of(1, Others[0], Peer), Statements.Of(2, Others[1], Peer), Statements.Of(3, Others[2], Peer)]);

        var seen = new List<Address>();
        for (KnownStatement? last = null; _journal.Statements.Unweighed(1, last) is [var next]; last = next)
        {
            seen.Add(next.Issuer);
        }

        Assert.Equal(Others.Take(3).Select(other => other.Address).Order(), seen.Order());
    }

    [Fact]
    public async Task Statements_ThatAreNotInOrder_AreNotKept_AndThoseBehindThemAre()
    {
        var forged = Statements.Of(1, Others[0], Peer, isProved: true, signer: Others[1]);
        var otherDomain = Statements.Of(2, Others[0], Peer, domain: new Eip712Domain(1, TestChannels.Domain.VerifyingContract));
        var otherTerms = Statements.Of(3, Others[0], Peer) with { Terms = TestChannels.Terms() };
        var unproved = Statements.Of(4, Others[0], Peer, isProved: true) with { Evidence = null };
        var ahead = Statements.Of(5, Others[0], Peer, timestampMs: (ulong)TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds());
        Assert.True(await _known.TakeAsync(Log, [forged, otherDomain, otherTerms, unproved, ahead, Statements.Of(6, Others[2], Peer)]));

        Assert.Equal([Others[2].Address], _journal.Statements.StandingAbout(Peer.Address).Select(known => known.Issuer));
        Assert.Equal(6UL, _known.Sequence);
    }

    [Fact]
    public async Task Statements_BehindAGap_AreNotTaken_AndTheCursorSurvivesARestart()
    {
        Assert.True(await _known.TakeAsync(Log, [Statements.Of(1, Others[0], Peer), Statements.Of(2, Others[1], Peer)]));
        Assert.False(await _known.TakeAsync(Log, [Statements.Of(4, Others[2], Peer)]));
        await CloseAsync();
        Open();
        Assert.Equal((Log, 2UL), (_known.Log, _known.Sequence));
        Assert.Equal(2, _journal.Statements.Count().Standing);

        // What comes again changes nothing, also an old one after its revocation.
        Assert.True(await _known.TakeAsync(Log, [Statements.Of(2, Others[1], Peer), Statements.Of(3, Others[0], Peer, revoked: true)]));
        Assert.True(await _known.TakeAsync(Log, [Statements.Of(4, Others[0], Peer, timestampMs: 1)]));
        Assert.Equal([Others[1].Address], _journal.Statements.StandingAbout(Peer.Address).Select(known => known.Issuer));
        Assert.Equal(4UL, _known.Sequence);
    }

    private PeerPolicy Policy(ReputationPolicies policies, params KeySigner[] trusted) => new(
        OwnList, _journal, _book, new ReputationOptions { Policies = policies, Trusted = [.. trusted.Select(key => key.Address)] }, Self.Address);

    private void Open()
    {
        _journal = EdgeJournal.Open(_directory.Combine("journal.db"));
        _book = new ChannelBook(_journal);
        _known = new KnownStatements(
            _journal, new SignatureVerifier(), TestChannels.Domain, Self.Address, TimeProvider.System, NullLogger<KnownStatements>.Instance);
    }

    private async Task CloseAsync()
    {
        _book.Dispose();
        await _journal.DisposeAsync();
    }
}
