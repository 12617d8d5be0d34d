namespace Tachyon.Chain;

/// <summary>What a consumer does on chain from its own account: open channels and top them up.</summary>
/// <remarks>
/// Thread-safe, one payment after the other: two at once would spend each other's allowance, or sign two permits of one number.
/// </remarks>
public sealed class ConsumerAccount : IDisposable
{
    private static readonly TimeSpan PermitValidity = TimeSpan.FromHours(1);

    private readonly ISettlementChain chain;
    private readonly IAccountSigner signer;
    private readonly TransactionSender sender;
    private readonly bool ownsSender;
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>An account that nothing else sends from.</summary>
    public ConsumerAccount(
        ISettlementChain chain, IAccountSigner signer, TransactionSenderOptions? options = null, TimeProvider? time = null)
        : this(chain, signer, new TransactionSender(chain, signer, options, time)) => ownsSender = true;

    /// <summary>An account whose transactions all go through one sender, which is not disposed of here.</summary>
    public ConsumerAccount(ISettlementChain chain, IAccountSigner signer, TransactionSender sender)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(sender);
        this.chain = chain;
        this.signer = signer;
        this.sender = sender;
    }

    /// <summary>The account.</summary>
    public Address Address => signer.Address;

    /// <summary>
    /// Opens a channel and waits until the transaction is mined; final it is only later. Uses the allowance if it
    /// suffices, else a permit of exactly the deposit, else (with a token whose permits differ) an approval before.
    /// </summary>
    /// <exception cref="TransactionTimedOutException">Not seen mined in time; it may still be.</exception>
    /// <exception cref="GasUnaffordableException">The account cannot pay for the gas.</exception>
    /// <exception cref="ChainUnavailableException">The chain does not answer; nothing was sent.</exception>
    public Task<CallOutcome> OpenAsync(Terms terms, CancellationToken cancellation = default) =>
        InTurnAsync(() => PayOpenAsync(terms, cancellation), cancellation);

    /// <summary>
    /// Opens a channel straight to active with the provider's acceptance, and waits until the transaction is mined; final
    /// it is only later. Approves exactly the deposit before, where the allowance does not suffice.
    /// </summary>
    /// <inheritdoc cref="OpenAsync" path="/exception" />
    public Task<CallOutcome> OpenAcceptedAsync(
        Terms terms, ulong expirySeconds, Signature acceptance, CancellationToken cancellation = default) =>
        InTurnAsync(() => PayOpenAcceptedAsync(terms, expirySeconds, acceptance, cancellation), cancellation);

    /// <summary>Raises a channel's capacity and waits until the transaction is mined; final it is only later.</summary>
    /// <inheritdoc cref="OpenAsync" path="/exception" />
    public Task<CallOutcome> TopUpAsync(Terms terms, ulong newCapacityBytes, CancellationToken cancellation = default) =>
        InTurnAsync(() => PayTopUpAsync(terms, newCapacityBytes, cancellation), cancellation);

    /// <inheritdoc />
    public void Dispose()
    {
        turn.Dispose();
        if (ownsSender)
        {
            sender.Dispose();
        }
    }

    private async Task<CallOutcome> InTurnAsync(Func<Task<CallOutcome>> pay, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await pay();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<CallOutcome> PayOpenAsync(Terms terms, CancellationToken cancellation)
    {
        var deposit = terms.Deposit(terms.CapacityBytes);
        if (await chain.GetAllowanceAsync(Address, ReadAt.Latest, cancellation) >= deposit)
        {
            return await sender.SendAsync(new ChainCall.Open(terms), cancellation);
        }

        var permitted = await sender.SendAsync(
            new ChainCall.OpenWithPermit(terms, await PermitAsync(deposit, cancellation)), cancellation);
        return permitted.Refusal is ContractRefusal.InsufficientAllowance
            ? await ApproveAndSendAsync(deposit, new ChainCall.Open(terms), cancellation)
            : permitted;
    }

    private async Task<CallOutcome> PayOpenAcceptedAsync(
        Terms terms, ulong expirySeconds, Signature acceptance, CancellationToken cancellation)
    {
        var deposit = terms.Deposit(terms.CapacityBytes);
        var call = new ChainCall.OpenAccepted(terms, expirySeconds, acceptance);
        return await chain.GetAllowanceAsync(Address, ReadAt.Latest, cancellation) >= deposit
            ? await sender.SendAsync(call, cancellation)
            : await ApproveAndSendAsync(deposit, call, cancellation);
    }

    private async Task<CallOutcome> PayTopUpAsync(Terms terms, ulong newCapacityBytes, CancellationToken cancellation)
    {
        var view = await chain.GetChannelAsync(terms.ChannelId(chain.Domain), ReadAt.Latest, cancellation);
        var deposited = terms.Deposit(view.CapacityBytes);
        var wanted = terms.Deposit(newCapacityBytes);
        var call = new ChainCall.TopUp(terms, newCapacityBytes);
        // A capacity that is not raised needs no allowance; the contract says what is wrong with it.
        return wanted <= deposited
            || await chain.GetAllowanceAsync(Address, ReadAt.Latest, cancellation) >= wanted - deposited
            ? await sender.SendAsync(call, cancellation)
            : await ApproveAndSendAsync(wanted - deposited, call, cancellation);
    }

    private async Task<CallOutcome> ApproveAndSendAsync(TokenAmount amount, ChainCall call, CancellationToken cancellation)
    {
        var approved = await sender.SendAsync(new ChainCall.Approve(amount), cancellation);
        return approved.Succeeded ? await sender.SendAsync(call, cancellation) : approved;
    }

    private async Task<SignedPermit> PermitAsync(TokenAmount amount, CancellationToken cancellation)
    {
        var newest = await chain.GetBlockAsync(ReadAt.Latest, cancellation);
        var permit = new Permit(
            Address,
            chain.Deployment.PaymentChannels,
            amount,
            await chain.GetPermitNonceAsync(Address, cancellation),
            newest.TimestampSeconds + (ulong)PermitValidity.TotalSeconds);
        return signer.Sign(permit, chain.Deployment.ChainId, chain.Deployment.Token);
    }
}
