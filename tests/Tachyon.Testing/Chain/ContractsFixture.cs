using System.Numerics;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Xunit;

namespace Tachyon.Testing.Chain;

/// <summary>An anvil with the contracts deployed by its first account, which shares its tokens out among the others.</summary>
public class ContractsFixture : IAsyncLifetime
{
    /// <summary>Tokens of each account but the first.</summary>
    public static TokenAmount TokensPerAccount { get; } = new(1_000_000 * BigInteger.Pow(10, TokenAmount.Decimals));

    /// <summary>Sends at once, and looks often: a development chain mines at once.</summary>
    public static TransactionSenderOptions Sending { get; } = new() { PollInterval = TimeSpan.FromMilliseconds(10) };

    /// <summary>The process.</summary>
    public Anvil Anvil { get; private set; } = null!;

    /// <summary>The contracts.</summary>
    public Deployment Deployment { get; private set; } = null!;

    /// <summary>How to reach the chain.</summary>
    public EthereumChainOptions ChainOptions => new() { Endpoint = Anvil.Endpoint };

    /// <summary>A connection, the caller's to dispose of.</summary>
    public Task<EthereumChain> ConnectAsync() => EthereumChain.ConnectAsync(ChainOptions, Deployment);

    /// <summary>Gives an account tokens, from anvil's first account, and native currency for its gas.</summary>
    public async Task FundAsync(Address account, TokenAmount tokens)
    {
        await Anvil.SetBalanceAsync(account.ToString(), 5_000_000_000_000_000_000);
        await GiveTokensAsync(account, tokens);
    }

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Anvil = await Anvil.StartAsync();
        using var deployer = AnvilAccounts.Account(0);
        Deployment = await ContractDeployer.DeployAsync(ChainOptions, deployer, sending: Sending);
        for (var i = 1; i < AnvilAccounts.Count; i++)
        {
            await GiveTokensAsync(AnvilAccounts.Address(i), TokensPerAccount);
        }
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (Anvil is not null)
        {
            await Anvil.DisposeAsync();
        }
    }

    private async Task GiveTokensAsync(Address account, TokenAmount tokens)
    {
        using var chain = await ConnectAsync();
        using var deployer = AnvilAccounts.Account(0);
        using var sender = new TransactionSender(chain, deployer, Sending);
        var outcome = await sender.SendAsync(new ChainCall.Transfer(account, tokens));
        if (outcome.Refusal is { } refusal)
        {
            throw new InvalidOperationException($"Giving {account} tokens failed: {refusal}");
        }
    }
}
