using System.Buffers.Binary;
using System.Reflection;
using System.Text.Json;

namespace Tachyon.Chain.Ethereum;

/// <summary>Deploys the token and the payment channels from the artifacts that the contracts project commits.</summary>
public static class ContractDeployer
{
    // Of the 10,000 base units that the escrow tries the token with, half is burned.
    private static readonly TokenAmount TrialAmount = new(10_000);

    /// <summary>Deploys and waits until all is mined. The signer's account pays and gets the token's supply.</summary>
    /// <exception cref="ChainUnavailableException">The chain does not answer.</exception>
    /// <exception cref="TransactionTimedOutException">A transaction was not seen mined in time.</exception>
    /// <exception cref="GasUnaffordableException">The account cannot pay for the gas.</exception>
    /// <exception cref="InvalidOperationException">A deployment was mined and failed.</exception>
    public static async Task<Deployment> DeployAsync(
        EthereumChainOptions options,
        IAccountSigner signer,
        DeploymentPlan? plan = null,
        TransactionSenderOptions? sending = null,
        TimeProvider? time = null,
        CancellationToken cancellation = default)
    {
        plan ??= new DeploymentPlan();
        using var bare = await EthereumChain.ConnectBareAsync(options, time ?? TimeProvider.System, cancellation);
        using var sender = new TransactionSender(bare, signer, sending, time);

        var token = await DeployAsync(
            sender,
            "TachyonToken",
            AbiWords.Join(AbiWords.Of(signer.Address), AbiWords.Of(plan.TokenSupply.BaseUnits)),
            cancellation);
        var tokenAddress = token.Deployed!.Value;

        // The escrow tries the token while it is constructed, so its allowance must be there before it is.
        var nonce = await bare.GetNonceAsync(signer.Address, NonceScope.Pending, cancellation);
        var escrow = CreatedAddress(signer.Address, nonce + 1);
        var approving = bare.With(new Deployment(bare.Deployment.ChainId, tokenAddress, escrow, escrow, token.BlockNumber));
        using var approver = new TransactionSender(approving, signer, sending, time);
        var approved = await approver.SendAsync(new ChainCall.Approve(TrialAmount), cancellation);
        if (approved.Refusal is { } refusal)
        {
            throw new InvalidOperationException($"The token at {tokenAddress} refused the allowance for the escrow: {refusal}");
        }

        var channels = await DeployAsync(
            sender,
            "PaymentChannels",
            AbiWords.Join(
                AbiWords.Of(tokenAddress),
                AbiWords.Of(plan.ConfirmTimeout),
                AbiWords.Of(plan.ChallengePeriod),
                AbiWords.Of(plan.ProxyBond.BaseUnits),
                AbiWords.Of(plan.LeavingDelay)),
            cancellation);
        // The register of proxies is a part of the escrow.
        return new Deployment(
            bare.Deployment.ChainId, tokenAddress, channels.Deployed!.Value, channels.Deployed.Value, channels.BlockNumber);
    }

    private static async Task<ChainReceipt> DeployAsync(
        TransactionSender sender, string contract, byte[] arguments, CancellationToken cancellation)
    {
        // Ample: the escrow, the larger of the two, takes 5.1 million.
        const ulong GasLimit = 8_000_000;
        var receipt = await sender.DeployAsync(new ReadOnlyMemory<byte>([.. CreationCode(contract), .. arguments]), GasLimit, cancellation);
        return receipt is { Succeeded: true, Deployed: not null }
            ? receipt
            : throw new InvalidOperationException(
                $"Deploying {contract} failed in transaction {receipt.TransactionHash}: were its arguments right?");
    }

    private static byte[] CreationCode(string contract)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"contracts/{contract}.json")
            ?? throw new InvalidOperationException($"The artifact of {contract} is not part of this build.");
        using var artifact = JsonDocument.Parse(stream);
        return Convert.FromHexString(artifact.RootElement.GetProperty("bytecode").GetString().AsSpan(2));
    }

    /// <summary>The address of a contract is the hash of the RLP list [account, nonce].</summary>
    private static Address CreatedAddress(Address account, ulong nonce)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, nonce);
        var digits = number.TrimStart((byte)0).ToArray();
        byte[] encodedNonce = digits is [< 0x80] ? digits : [(byte)(0x80 + digits.Length), .. digits];
        byte[] items = [0x80 + Address.Length, .. account.ToArray(), .. encodedNonce];
        var hash = Keccak256.Hash([(byte)(0xC0 + items.Length), .. items]).ToArray();
        return Address.FromBytes(hash.AsSpan(^Address.Length..));
    }
}
