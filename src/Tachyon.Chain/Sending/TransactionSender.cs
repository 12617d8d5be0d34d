namespace Tachyon.Chain;

/// <summary>
/// Sends one account's calls, one after the other, and waits until each is mined. For accounts that nothing else sends
/// from at the same time: a consumer's own, a deployer's.
/// </summary>
/// <remarks>
/// Nothing is kept across a restart; a transaction that was under way then counts into the next nonce and is mined on
/// its own. Whoever must not lose track of a payment keeps its own record (the silo's outbox does). Thread-safe.
/// </remarks>
public sealed class TransactionSender(
    ISettlementChain chain, IAccountSigner signer, TransactionSenderOptions? options = null, TimeProvider? time = null)
    : IDisposable
{
    private const int NonceAttempts = 3;

    private readonly TransactionSenderOptions options = options ?? new TransactionSenderOptions();
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The account.</summary>
    public Address Address => signer.Address;

    /// <summary>Tries a call and, if the contract would take it, sends it and waits until it is mined.</summary>
    /// <exception cref="TransactionTimedOutException">Not seen mined in time; it may still be.</exception>
    /// <exception cref="GasUnaffordableException">The account cannot pay for the gas.</exception>
    /// <exception cref="TransactionRejectedException">The chain will not take the transaction.</exception>
    /// <exception cref="ChainUnavailableException">The chain does not answer; nothing was sent.</exception>
    public async Task<CallOutcome> SendAsync(ChainCall call, CancellationToken cancellation = default)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            var estimate = await chain.EstimateAsync(signer.Address, call, cancellation);
            if (estimate.Refusal is { } refusal)
            {
                return CallOutcome.Refused(refusal);
            }

            var prepared = chain.Prepare(call);
            var receipt = await SendAsync(prepared.To, prepared.Data, estimate.GasLimit, cancellation);
            return receipt.Succeeded ? CallOutcome.Done(receipt) : await ExplainAsync(receipt, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Deploys a contract and waits until that is mined.</summary>
    /// <param name="code">its creation code and the constructor's arguments</param>
    /// <param name="gasLimit">gas it may use</param>
    /// <param name="cancellation">ends the waiting; the contract may still be deployed</param>
    internal async Task<ChainReceipt> DeployAsync(ReadOnlyMemory<byte> code, ulong gasLimit, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await SendAsync(null, code, gasLimit, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();

    private async Task<CallOutcome> ExplainAsync(ChainReceipt receipt, CancellationToken cancellation)
        => new(receipt, await chain.ExplainFailureAsync(receipt.TransactionHash, cancellation)
            ?? new ContractRefusal.Unrecognised("the transaction was mined and failed, and the chain does not say why"));

    private async Task<ChainReceipt> SendAsync(
        Address? to, ReadOnlyMemory<byte> data, ulong gasLimit, CancellationToken cancellation)
    {
        var fees = await chain.SuggestFeesAsync(cancellation);
        for (var attempt = 1; ; attempt++)
        {
            var nonce = await chain.GetNonceAsync(signer.Address, NonceScope.Pending, cancellation);
            var draft = new UnsignedTransaction(chain.Deployment.ChainId, nonce, fees, gasLimit, to, data);
            var signed = signer.Sign(draft);
            var result = await TrySendAsync(signed, cancellation);
            switch (result.Outcome)
            {
                case SendOutcome.Accepted or SendOutcome.AlreadyKnown:
                    return await WaitAsync(draft, signed, cancellation);
                case SendOutcome.GasUnaffordable:
                    throw new GasUnaffordableException(
                        signer.Address,
                        await chain.GetGasBalanceAsync(signer.Address, ReadAt.Latest, cancellation),
                        gasLimit * fees.MaxFeePerGas);
                case SendOutcome.NonceUsed when attempt < NonceAttempts:
                    // Someone else sent from this account just now: take the next nonce.
                    break;
                case SendOutcome.Underpriced when attempt < NonceAttempts:
                    fees = fees.Replacing(await chain.SuggestFeesAsync(cancellation));
                    break;
                default:
                    throw new TransactionRejectedException(signed.Hash, signer.Address, result);
            }
        }
    }

    private async Task<SendResult> TrySendAsync(SignedTransaction signed, CancellationToken cancellation)
    {
        try
        {
            return await chain.SendAsync(signed, cancellation);
        }
        catch (ChainUnavailableException)
        {
            // It may have arrived all the same. Giving up here would invite the caller to pay twice.
            return SendResult.Accepted;
        }
    }

    /// <summary>Waits for any of the transactions of one nonce: a replaced one may be mined all the same.</summary>
    private async Task<ChainReceipt> WaitAsync(
        UnsignedTransaction draft, SignedTransaction first, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var replaced = started;
        var candidates = new List<Bytes32> { first.Hash };
        while (true)
        {
            try
            {
                if (await MinedAsync(candidates, cancellation) is { } receipt)
                {
                    return receipt;
                }

                if (time.GetElapsedTime(replaced) >= options.ReplaceAfter)
                {
                    replaced = time.GetTimestamp();
                    draft = draft with { Fees = draft.Fees.Replacing(await chain.SuggestFeesAsync(cancellation)) };
                    var signed = signer.Sign(draft);
                    candidates.Add(signed.Hash);
                    // Whatever it says: the next look at the receipts tells what came of it.
                    await chain.SendAsync(signed, cancellation);
                }
            }
            catch (ChainUnavailableException error) when (time.GetElapsedTime(started) >= options.GiveUpAfter)
            {
                throw new TransactionTimedOutException(candidates[^1], time.GetElapsedTime(started), error);
            }
            catch (ChainUnavailableException)
            {
                // The transaction is on its way; the chain may answer again before the time is over.
            }

            if (time.GetElapsedTime(started) >= options.GiveUpAfter)
            {
                throw new TransactionTimedOutException(candidates[^1], time.GetElapsedTime(started));
            }

            await Task.Delay(options.PollInterval, time, cancellation);
        }
    }

    private async Task<ChainReceipt?> MinedAsync(List<Bytes32> candidates, CancellationToken cancellation)
    {
        foreach (var hash in candidates)
        {
            if ((await chain.FindTransactionAsync(hash, cancellation)).Receipt is { } receipt)
            {
                return receipt;
            }
        }

        return null;
    }
}
