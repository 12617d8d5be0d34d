using System.Numerics;
using System.Security.Cryptography;

namespace Tachyon.Chain.Tests.Conformance;

/// <summary>What every implementation of the port must do; each of them runs all of it.</summary>
public abstract partial class ChainConformance : IAsyncLifetime
{
    protected const ulong CapacityBytes = 100_000_000;

    private static readonly TokenAmount Wealth = new(1_000 * BigInteger.Pow(10, TokenAmount.Decimals));
    private static readonly TokenAmount Price = new(BigInteger.Pow(10, 15) + 7);

    private readonly List<Party> parties = [];

    protected IChainStage Stage { get; private set; } = null!;

    protected ISettlementChain Chain => Stage.Chain;

    protected Party Consumer { get; private set; } = null!;

    protected Party Provider { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Stage = await CreateStageAsync();
        Consumer = await NewPartyAsync();
        Provider = await NewPartyAsync();
    }

    public async Task DisposeAsync()
    {
        parties.ForEach(party => party.Dispose());
        await Stage.DisposeAsync();
    }

    protected abstract Task<IChainStage> CreateStageAsync();

    protected async Task<Party> NewPartyAsync()
    {
        var party = new Party(Chain);
        parties.Add(party);
        await Stage.FundAsync(party.Address, Wealth);
        return party;
    }

    protected Terms NewTerms(uint tolerancePpm = 10_000, ChannelKind kind = ChannelKind.Direct) => new(
        Consumer.Address,
        Provider.Address,
        CapacityBytes,
        Price,
        tolerancePpm,
        kind,
        Bytes32.FromBytes(RandomNumberGenerator.GetBytes(32)));

    protected ChannelId Id(Terms terms) => terms.ChannelId(Chain.Domain);

    protected async Task<Terms> OpenAsync(Terms? given = null)
    {
        var terms = given ?? NewTerms();
        await Consumer.DoAsync(new ChainCall.Approve(terms.Deposit(terms.CapacityBytes)));
        await Consumer.DoAsync(new ChainCall.Open(terms));
        return terms;
    }

    protected async Task<Terms> OpenActiveAsync(Terms? given = null)
    {
        var terms = await OpenAsync(given);
        await Provider.DoAsync(new ChainCall.Confirm(terms));
        return terms;
    }

    protected async Task<ulong> NowAsync() => (await Chain.GetBlockAsync(ReadAt.Latest)).TimestampSeconds;

    protected async Task<ulong> InAnHourAsync() => await NowAsync() + 3_600;

    protected SignedUnit Unit(Terms terms, Party signer, ulong bytesUsed, ulong index = 1) => SignedUnit.Sign(
        new UsageUnit(
            Id(terms), index, bytesUsed, terms.Consumer, terms.Provider, 1_800_000_000_000, Bytes32.Zero),
        signer.Node,
        Chain.Domain);

    protected async Task<ChainCall.CooperativeClose> ClosureAsync(Terms terms, ulong bytesUsed)
    {
        var closure = new Closure(Id(terms), bytesUsed, await InAnHourAsync());
        return new ChainCall.CooperativeClose(
            terms,
            bytesUsed,
            closure.ValidUntilSeconds,
            Consumer.Node.Sign(closure, Chain.Domain),
            Provider.Node.Sign(closure, Chain.Domain));
    }

    protected Task<ChannelView> ViewAsync(Terms terms) => Chain.GetChannelAsync(Id(terms), ReadAt.Latest);

    protected Task<TokenAmount> BalanceAsync(Party party) => Chain.GetBalanceAsync(party.Address, ReadAt.Latest);

    /// <summary>The events of a channel, in order.</summary>
    protected async Task<IReadOnlyList<ChannelEvent>> EventsAsync(Terms terms)
    {
        var newest = await Chain.GetBlockAsync(ReadAt.Latest);
        var events = await Chain.GetEventsAsync(Chain.Deployment.DeployedAtBlock, newest.Number);
        return [.. events.OfType<ChannelEvent>().Where(e => e.Channel == Id(terms))];
    }

    /// <summary>Signs a call with an explicit nonce and fees, as the outbox does.</summary>
    protected async Task<SignedTransaction> SignAsync(Party sender, ChainCall call, ulong nonce, FeeCaps? fees = null)
    {
        var prepared = Chain.Prepare(call);
        return sender.Account.Sign(new UnsignedTransaction(
            Chain.Deployment.ChainId, nonce, fees ?? await Chain.SuggestFeesAsync(), 400_000, prepared.To, prepared.Data));
    }
}
