using System.Numerics;
using Nethereum.RPC.Eth.DTOs;
using Tachyon.Chain.Ethereum.Bindings;

namespace Tachyon.Chain.Ethereum;

// Reading blocks, channels, balances and events.
public sealed partial class EthereumChain
{
    /// <inheritdoc />
    public async Task<ChainRules> GetRulesAsync(CancellationToken cancellation = default)
    {
        if (rules is { } known)
        {
            return known;
        }

        var confirmTimeout = await RuleAsync<ConfirmTimeoutMessage>(cancellation);
        var challengePeriod = await RuleAsync<ChallengePeriodMessage>(cancellation);
        var maxValidity = await RuleAsync<MaxValidityMessage>(cancellation);
        var maxAcceptanceValidity = await RuleAsync<MaxAcceptanceValidityMessage>(cancellation);
        var read = new ChainRules(
            TimeSpan.FromSeconds((double)confirmTimeout),
            TimeSpan.FromSeconds((double)challengePeriod),
            TimeSpan.FromSeconds((double)maxValidity),
            TimeSpan.FromSeconds((double)maxAcceptanceValidity),
            (int)await RuleAsync<MaxActiveChannelsMessage>(cancellation),
            (ulong)await RuleAsync<CheckpointBytesMessage>(cancellation),
            (ulong)await RuleAsync<MaxCapacityMessage>(cancellation),
            (int)await RuleAsync<ProxyFeePercentMessage>(cancellation),
            new TokenAmount(await RuleAsync<ProxyBondMessage>(cancellation)),
            TimeSpan.FromSeconds((double)await RuleAsync<LeavingDelayMessage>(cancellation)));
        rules = read;
        return read;
    }

    /// <inheritdoc />
    public async Task<ChainBlock> GetBlockAsync(ReadAt at, CancellationToken cancellation = default)
        => await BlockAsync(Block(at), cancellation)
            ?? throw endpoint.Unavailable("eth_getBlockByNumber", $"it has no {Block(at).GetRPCParam()} block yet");

    /// <inheritdoc />
    public Task<ChainBlock?> FindBlockAsync(ulong number, CancellationToken cancellation = default)
        => BlockAsync(new BlockParameter(number), cancellation);

    /// <inheritdoc />
    public async Task<ChannelView> GetChannelAsync(ChannelId channel, ReadAt at, CancellationToken cancellation = default)
    {
        var output = await endpoint.AskAsync(
            "eth_call getChannel",
            w => w.Eth.GetContractHandler(Deployment.PaymentChannels.ToString())
                .QueryDeserializingToObjectAsync<GetChannelMessage, GetChannelOutput>(
                    new GetChannelMessage { ChannelId = channel.ToArray() }, Block(at)),
            cancellation);
        // Null where the contract is younger than the block read: nothing was opened by then.
        return output?.Channel.ToView() ?? ChannelView.None;
    }

    /// <inheritdoc />
    public async Task<int> CountActiveChannelsAsync(Address provider, ReadAt at, CancellationToken cancellation = default)
        => (int)await QueryChannelsAsync<ActiveChannelsMessage, BigInteger>(
            new ActiveChannelsMessage { Provider = provider.ToString() }, at, cancellation);

    /// <inheritdoc />
    public async Task<ProxyView> GetProxyAsync(Address account, ReadAt at, CancellationToken cancellation = default)
    {
        var output = await endpoint.AskAsync(
            "eth_call proxyOf",
            w => w.Eth.GetContractHandler(Deployment.ProxyRegistry.ToString())
                .QueryDeserializingToObjectAsync<ProxyOfMessage, ProxyOfOutput>(
                    new ProxyOfMessage { Account = account.ToString() }, Block(at)),
            cancellation);
        // Null where the contract is younger than the block read: nobody was registered by then.
        if (output is null)
        {
            return ProxyView.None;
        }

        var locks = await QueryAsync<ActiveLocksMessage, BigInteger>(
            Deployment.ProxyRegistry, new ActiveLocksMessage { Account = account.ToString() }, at, cancellation);
        return new ProxyView((ProxyStanding)output.Status, output.LeavesAt, (ulong)locks);
    }

    /// <inheritdoc />
    public async Task<TokenAmount> GetBalanceAsync(Address account, ReadAt at, CancellationToken cancellation = default)
        => new(await QueryAsync<BalanceOfMessage, BigInteger>(
            Deployment.Token, new BalanceOfMessage { Account = account.ToString() }, at, cancellation));

    /// <inheritdoc />
    public async Task<TokenAmount> GetAllowanceAsync(Address owner, ReadAt at, CancellationToken cancellation = default)
        => new(await QueryAsync<AllowanceMessage, BigInteger>(
            Deployment.Token,
            new AllowanceMessage { Owner = owner.ToString(), Spender = Deployment.PaymentChannels.ToString() },
            at,
            cancellation));

    /// <inheritdoc />
    public Task<BigInteger> GetPermitNonceAsync(Address owner, CancellationToken cancellation = default)
        => QueryAsync<PermitNoncesMessage, BigInteger>(
            Deployment.Token, new PermitNoncesMessage { Owner = owner.ToString() }, ReadAt.Latest, cancellation);

    /// <inheritdoc />
    public async Task<BigInteger> GetGasBalanceAsync(Address account, ReadAt at, CancellationToken cancellation = default)
        => (await endpoint.AskAsync(
            "eth_getBalance", w => w.Eth.GetBalance.SendRequestAsync(account.ToString(), Block(at)), cancellation)).Value;

    /// <inheritdoc />
    public async Task<IReadOnlyList<ChainEvent>> GetEventsAsync(
        ulong fromBlock, ulong toBlock, CancellationToken cancellation = default)
    {
        var events = new List<ChainEvent>();
        var span = options.EventBlocksPerRequest - 1;
        var from = fromBlock;
        while (from <= toBlock)
        {
            var to = toBlock - from > span ? from + span : toBlock;
            var filter = new NewFilterInput
            {
                FromBlock = new BlockParameter(from),
                ToBlock = new BlockParameter(to),
                Address = [.. new[] { Deployment.PaymentChannels, Deployment.ProxyRegistry }.Distinct().Select(a => a.ToString())],
            };
            var logs = await endpoint.AskAsync("eth_getLogs", w => w.Eth.Filters.GetLogs.SendRequestAsync(filter), cancellation);
            // Some nodes repeat logs of a replaced block, marked as removed.
            events.AddRange((logs ?? []).Where(log => !log.Removed).Select(EventDecoder.Decode).OfType<ChainEvent>());
            if (to == toBlock)
            {
                break;
            }

            from = to + 1;
        }

        return events;
    }

    private Task<BigInteger> RuleAsync<TMessage>(CancellationToken cancellation)
        where TMessage : Nethereum.Contracts.FunctionMessage, new()
        => QueryChannelsAsync<TMessage, BigInteger>(new TMessage(), ReadAt.Latest, cancellation);

    private async Task<ChainBlock?> BlockAsync(BlockParameter which, CancellationToken cancellation)
    {
        var block = await endpoint.AskAsync(
            "eth_getBlockByNumber",
            w => w.Eth.Blocks.GetBlockWithTransactionsHashesByNumber.SendRequestAsync(which),
            cancellation);
        return block is null
            ? null
            : new ChainBlock(
                (ulong)block.Number.Value,
                Bytes32.Parse(block.BlockHash),
                Bytes32.Parse(block.ParentHash),
                (ulong)block.Timestamp.Value);
    }
}
