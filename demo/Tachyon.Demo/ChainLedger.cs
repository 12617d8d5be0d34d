using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;

namespace Tachyon.Demo;

/// <summary>Who holds which tokens, and what happened to the channel, read from the chain alone.</summary>
internal sealed class ChainLedger : IDisposable
{
    private readonly EthereumChain chain;
    private readonly IReadOnlyList<(string Holder, Address Account)> holders;
    private readonly TokenAmount supply;

    private ChainLedger(EthereumChain chain, IReadOnlyList<(string Holder, Address Account)> holders, TokenAmount supply)
    {
        this.chain = chain;
        this.holders = holders;
        this.supply = supply;
    }

    /// <param name="local">the chain</param>
    /// <param name="parties">accounts of this run; those that the deployment made are added</param>
    /// <param name="stop">cancels</param>
    public static async Task<ChainLedger> OpenAsync(LocalChain local, IEnumerable<(string Holder, Address Account)> parties, CancellationToken stop)
    {
        var deployment = await Deployment.LoadAsync(local.DeploymentFile, stop);
        var supply = await Command.RunAsync(
            "reading the token's supply",
            Build.ContractTool("cast"),
            ["call", "--rpc-url", local.Rpc, $"{deployment.Token}", "totalSupply()(uint256)", "--json"],
            stop);
        var units = JsonDocument.Parse(supply).RootElement[0].GetString()!;
        return new ChainLedger(
            await EthereumChain.ConnectAsync(new EthereumChainOptions { Endpoint = new Uri(local.Rpc) }, deployment, cancellation: stop),
            [
                .. parties,
                ("channels", deployment.PaymentChannels),
                ("faucet", deployment.Faucet ?? throw new DemoFailure("the deployment has no faucet.")),
                ("deployer", LocalChain.Deployer),
            ],
            new TokenAmount(BigInteger.Parse(units, CultureInfo.InvariantCulture)));
    }

    public async Task<IReadOnlyList<TokenAmount>> ReadBalancesAsync(CancellationToken stop) =>
        await Task.WhenAll(holders.Select(holder => chain.GetBalanceAsync(holder.Account, ReadAt.Latest, stop)));

    /// <summary>Reads how the one channel of this run was opened and closed, and what each transaction cost.</summary>
    public async Task<Receipt> ReadReceiptAsync(
        IReadOnlyList<TokenAmount> before, EdgeChannel consumer, EdgeChannel provider, CancellationToken stop)
    {
        var newest = await chain.GetBlockAsync(ReadAt.Latest, stop);
        var events = await chain.GetEventsAsync(chain.Deployment.DeployedAtBlock, newest.Number, stop);
        var transactions = new List<(string, ulong)>();
        foreach (var together in events.OfType<ChannelEvent>().GroupBy(channelEvent => channelEvent.At.TransactionHash))
        {
            var report = await chain.FindTransactionAsync(together.Key, stop);
            transactions.Add((NameOf([.. together]), report.Receipt!.GasUsed));
        }

        var after = await ReadBalancesAsync(stop);
        return new Receipt(
            events.OfType<ChannelOpened>().Single(),
            events.OfType<ChannelClosed>().Single(),
            consumer,
            provider,
            transactions,
            [.. holders.Select((holder, i) => (holder.Holder, before[i], after[i]))],
            supply);
    }

    /// <summary>All tokens that there are.</summary>
    public TokenAmount Supply => supply;

    /// <summary>All that happened on the channels of this run.</summary>
    public async Task<IReadOnlyList<ChainEvent>> ReadEventsAsync(CancellationToken stop)
    {
        var newest = await chain.GetBlockAsync(ReadAt.Latest, stop);
        return await chain.GetEventsAsync(chain.Deployment.DeployedAtBlock, newest.Number, stop);
    }

    /// <summary>What everybody held before, and holds now.</summary>
    public async Task<IReadOnlyList<(string Holder, TokenAmount Before, TokenAmount After)>> CompareAsync(
        IReadOnlyList<TokenAmount> before, CancellationToken stop)
    {
        var after = await ReadBalancesAsync(stop);
        return [.. holders.Select((holder, i) => (holder.Holder, before[i], after[i]))];
    }

    public void Dispose() => chain.Dispose();

    private static string NameOf(IReadOnlyList<ChannelEvent> transaction) => transaction switch
    {
        [ChannelOpened, ChannelConfirmed] => "open, accepted before (consumer)",
        [ChannelOpened] => "open (consumer)",
        [ChannelConfirmed] => "confirm (relayed by the silo)",
        [ChannelClosed] => "cooperative close (relayed by the silo)",
        _ => string.Join(", ", transaction.Select(channelEvent => channelEvent.GetType().Name)),
    };
}
