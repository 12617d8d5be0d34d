using System.Numerics;
using Tachyon.Chain.Ethereum.Bindings;

namespace Tachyon.Chain.Simulation;

// The port. Every request can fail on purpose before it does anything.
public sealed partial class SimulatedChain : ISettlementChain
{
    private const string EndpointName = "simulated chain";

    /// <inheritdoc />
    public Deployment Deployment { get; }

    /// <inheritdoc />
    public Eip712Domain Domain { get; }

    /// <inheritdoc />
    public Task<ChainRules> GetRulesAsync(CancellationToken cancellation = default) => Answer("rules", () => rules, cancellation);

    /// <inheritdoc />
    public Task<ChainBlock> GetBlockAsync(ReadAt at, CancellationToken cancellation = default)
        => Answer("block", () => At(at).Header, cancellation);

    /// <inheritdoc />
    public Task<ChainBlock?> FindBlockAsync(ulong number, CancellationToken cancellation = default)
        => Answer("block by number", () => number < (ulong)blocks.Count ? blocks[(int)number].Header : null, cancellation);

    /// <inheritdoc />
    public Task<ChannelView> GetChannelAsync(ChannelId channel, ReadAt at, CancellationToken cancellation = default)
        => Answer("channel", () => At(at).After.Channel(channel).ToView(), cancellation);

    /// <inheritdoc />
    public Task<int> CountActiveChannelsAsync(Address provider, ReadAt at, CancellationToken cancellation = default)
        => Answer("active channels", () => At(at).After.Provider(provider).ActiveDirect, cancellation);

    /// <inheritdoc />
    public Task<ProxyView> GetProxyAsync(Address account, ReadAt at, CancellationToken cancellation = default)
        => Answer("proxy", () => At(at).After.Provider(account).ToProxyView(), cancellation);

    /// <inheritdoc />
    public Task<TokenAmount> GetBalanceAsync(Address account, ReadAt at, CancellationToken cancellation = default)
        => Answer("balance", () => At(at).After.Balance(account), cancellation);

    /// <inheritdoc />
    public Task<TokenAmount> GetAllowanceAsync(Address owner, ReadAt at, CancellationToken cancellation = default)
        => Answer("allowance", () => At(at).After.Allowance(owner), cancellation);

    /// <inheritdoc />
    public Task<BigInteger> GetPermitNonceAsync(Address owner, CancellationToken cancellation = default)
        => Answer("permit nonce", () => Newest.PermitNonces.GetValueOrDefault(owner), cancellation);

    /// <inheritdoc />
    public Task<BigInteger> GetGasBalanceAsync(Address account, ReadAt at, CancellationToken cancellation = default)
        => Answer("gas balance", () => At(at).After.Gas.GetValueOrDefault(account), cancellation);

    /// <inheritdoc />
    public Task<IReadOnlyList<ChainEvent>> GetEventsAsync(
        ulong fromBlock, ulong toBlock, CancellationToken cancellation = default)
        => Answer<IReadOnlyList<ChainEvent>>(
            "events",
            () => [.. blocks.Where(b => b.Header.Number >= fromBlock && b.Header.Number <= toBlock).SelectMany(b => b.Events)],
            cancellation);

    /// <inheritdoc />
    public PreparedCall Prepare(ChainCall call) => CallEncoder.Encode(call, Deployment);

    /// <inheritdoc />
    public Task<ulong> GetNonceAsync(Address account, NonceScope scope, CancellationToken cancellation = default)
        => Answer("nonce", () => Nonce(account, scope), cancellation);

    /// <inheritdoc />
    public Task<FeeCaps> SuggestFeesAsync(CancellationToken cancellation = default)
        => Answer("fees", () => new FeeCaps((2 * BaseFee) + 1, 1), cancellation);

    /// <inheritdoc />
    public Task<CallEstimate> EstimateAsync(Address from, ChainCall call, CancellationToken cancellation = default)
        => Answer("estimate", () => Estimate(from, call), cancellation);

    /// <inheritdoc />
    public Task<SendResult> SendAsync(SignedTransaction transaction, CancellationToken cancellation = default)
        => Answer("send", () => Send(transaction), cancellation);

    /// <inheritdoc />
    public Task<TransactionReport> FindTransactionAsync(Bytes32 transactionHash, CancellationToken cancellation = default)
        => Answer(
            "transaction",
            () => Faults.FeignedCalls is not null && feigned.TryGetValue(transactionHash, out var lie) ? TransactionReport.Mined(lie)
                : Find(transactionHash) is { } found ? TransactionReport.Mined(found.Receipt)
                : waiting.Exists(t => t.Hash == transactionHash) ? TransactionReport.Pending
                : TransactionReport.Unknown,
            cancellation);

    /// <inheritdoc />
    public Task<ContractRefusal?> ExplainFailureAsync(Bytes32 transactionHash, CancellationToken cancellation = default)
        => Answer("failure", () => Find(transactionHash)?.Refusal, cancellation);

    private SimulatedState Newest => blocks[^1].After;

    private SimulatedBlock At(ReadAt at)
        => at == ReadAt.Latest ? blocks[^1] : blocks[Math.Max(0, blocks.Count - 1 - options.FinalityDepth)];

    private SimulatedInclusion? Find(Bytes32 hash)
        => blocks.SelectMany(b => b.Inclusions).FirstOrDefault(i => i.Transaction.Hash == hash);

    private ulong Nonce(Address account, NonceScope scope)
    {
        var nonce = Newest.Nonces.GetValueOrDefault(account);
        while (scope == NonceScope.Pending && waiting.Exists(t => t.Sender == account && t.Nonce == nonce))
        {
            nonce++;
        }

        return nonce;
    }

    private CallEstimate Estimate(Address from, ChainCall call)
    {
        if (Faults.UnansweredCalls?.Invoke(call) == true)
        {
            throw NoAnswer("estimate");
        }

        // Through the bytes, as on a real chain, so that what cannot be encoded shows here too.
        var prepared = Prepare(call);
        var decoded = CallDecoder.Decode(prepared.To, prepared.Data.Span, Deployment);
        var now = Math.Max(clockSeconds, blocks[^1].Header.TimestampSeconds + 1);
        var refusal = SimulatedContracts.Execute(Deployment, rules, Newest, from, decoded, now).Refusal;
        return refusal is null ? CallEstimate.Of(GasPerCall) : CallEstimate.Refused(refusal);
    }

    private SendResult Send(SignedTransaction signed)
    {
        if (SimulatedTransaction.Read(signed, Deployment) is not { } sent || sent.ChainId != Deployment.ChainId)
        {
            return new SendResult(SendOutcome.Rejected, "not a transaction of this chain");
        }

        if (sent.Call is { } call && Faults.RejectedCalls?.Invoke(call) == true)
        {
            return new SendResult(SendOutcome.Rejected, "it is rejected on purpose");
        }

        if (Faults.LosesSend())
        {
            return SendResult.Accepted;
        }

        if (sent.Call is { } swallowed && Faults.FeignedCalls?.Invoke(swallowed) == true)
        {
            var final = At(ReadAt.Final).Header;
            feigned[sent.Hash] = new ChainReceipt(sent.Hash, Succeeded: true, final.Number, final.Hash, GasPerCall, BaseFee, Deployed: null);
            return SendResult.Accepted;
        }

        var result = Take(sent);
        if (result.Outcome == SendOutcome.Accepted && Automine)
        {
            MineOne();
        }

        return Faults.DropsSendReply() ? throw NoAnswer("send") : result;
    }

    private SendResult Take(SimulatedTransaction sent)
    {
        if (waiting.Exists(t => t.Hash == sent.Hash))
        {
            return new SendResult(SendOutcome.AlreadyKnown, "already known");
        }

        if (sent.Nonce < Newest.Nonces.GetValueOrDefault(sent.Sender))
        {
            return new SendResult(SendOutcome.NonceUsed, "nonce too low");
        }

        if (sent.GasLimit * sent.Fees.MaxFeePerGas > Newest.Gas.GetValueOrDefault(sent.Sender))
        {
            return new SendResult(SendOutcome.GasUnaffordable, "insufficient funds for gas");
        }

        if (waiting.Find(t => t.Sender == sent.Sender && t.Nonce == sent.Nonce) is { } replaced)
        {
            if (sent.Fees.MaxFeePerGas * 10 < replaced.Fees.MaxFeePerGas * 11
                || sent.Fees.MaxPriorityFeePerGas * 10 < replaced.Fees.MaxPriorityFeePerGas * 11)
            {
                return new SendResult(SendOutcome.Underpriced, "replacement transaction underpriced");
            }

            waiting.Remove(replaced);
        }

        waiting.Add(sent);
        return SendResult.Accepted;
    }

    private Task<T> Answer<T>(string request, Func<T> answer, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellation);
        }

        if (Faults.FailsRequest())
        {
            return Task.FromException<T>(NoAnswer(request));
        }

        try
        {
            lock (sync)
            {
                return Task.FromResult(answer());
            }
        }
        catch (ChainUnavailableException lost)
        {
            return Task.FromException<T>(lost);
        }
    }

    private static ChainUnavailableException NoAnswer(string request)
        => new(EndpointName, request, "it fails on purpose");
}
