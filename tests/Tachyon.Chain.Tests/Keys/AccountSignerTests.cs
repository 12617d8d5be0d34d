using System.Numerics;
using Tachyon.Chain.Simulation;
using Tachyon.Chain.Keys;
using Tachyon.Testing.Chain;

namespace Tachyon.Chain.Tests.Keys;

/// <summary>Transactions are encoded and signed as the chain wants them, whatever the key looks like.</summary>
public sealed class AccountSignerTests
{
    private const string CastTransaction =
        "02f86c827a6980843b9aca0084773594008252089470997970c51812dc3a010c7d01b50e0d17dc79c88080c080a073a771ef3c533b2a89"
        + "5e08d7979544582a67ff7cc4066785f9fe175746ab6555a06797c631340e6899428987a594ff036f197445d18d589fbf368f115e30994c17";

    private readonly SimulatedChain chain = new();

    [Fact]
    public void Sign_KnownTransaction_GivesTheBytesThatOtherToolsGive()
    {
        // cast mktx --private-key <first anvil key> --nonce 0 --chain 31337 --gas-limit 21000 --gas-price 2gwei
        //   --priority-gas-price 1gwei 0x70997970C51812dc3A010C7d01b50e0d17dc79C8
        using var account = AnvilAccounts.Account(0);

        var signed = account.Sign(new UnsignedTransaction(
            31337, 0, new FeeCaps(2_000_000_000, 1_000_000_000), 21_000, AnvilAccounts.Address(1), ReadOnlyMemory<byte>.Empty));

        Assert.Equal(CastTransaction, Convert.ToHexStringLower(signed.Raw.Span));
    }

    [Fact]
    public void Sign_KeyWithLeadingZeros_IsAcceptedAsItsAccounts()
    {
        // Nethereum's own key would drop the zeros and then fail to sign.
        using var account = new AccountSigner([0, 0, 0, .. Enumerable.Repeat((byte)9, 29)]);

        Assert.Equal(account.Address, SenderOf(account, 0));
    }

    [Fact]
    public void Sign_ManyNonces_AlwaysRecoverToTheAccount()
    {
        using var account = AnvilAccounts.Account(2);

        // Enough for r or s with a leading zero byte to occur, which the encoding drops.
        for (ulong nonce = 0; nonce < 600; nonce++)
        {
            Assert.Equal(account.Address, SenderOf(account, nonce));
        }
    }

    [Fact]
    public void Sign_AfterDispose_IsRefused()
    {
        var account = AnvilAccounts.Account(2);
        account.Dispose();

        Assert.Throws<SigningRefusedException>(() => Sign(account, 0));
    }

    [Fact]
    public void Sign_PermitOverAnotherAccountsTokens_IsRefused()
    {
        using var account = AnvilAccounts.Account(2);
        var permit = new Permit(AnvilAccounts.Address(3), AnvilAccounts.Address(4), new TokenAmount(1), BigInteger.Zero, 5);

        Assert.Throws<SigningRefusedException>(() => account.Sign(permit, 31337, AnvilAccounts.Address(5)));
    }

    private SignedTransaction Sign(AccountSigner account, ulong nonce)
    {
        var prepared = chain.Prepare(new ChainCall.Approve(new TokenAmount(1)));
        return account.Sign(new UnsignedTransaction(
            31337, nonce, new FeeCaps(2_000_000_000, 1), 100_000, prepared.To, prepared.Data));
    }

    private Address? SenderOf(AccountSigner account, ulong nonce)
    {
        var signed = Sign(account, nonce);
        var read = SimulatedTransaction.Read(signed, chain.Deployment);
        Assert.Equal(signed.Hash, read?.Hash);
        Assert.Equal(nonce, read?.Nonce);
        return read?.Sender;
    }
}
