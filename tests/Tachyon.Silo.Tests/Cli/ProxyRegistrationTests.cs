using System.Numerics;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Chain.Simulation;
using Tachyon.Protocol.Amounts;
using Tachyon.Silo.Cli;
using Tachyon.Silo.Tests.Fixtures;

namespace Tachyon.Silo.Tests.Cli;

/// <summary>An operator becomes a proxy, and stops being one, with its bond, or is told what stands in the way.</summary>
public sealed class ProxyRegistrationTests : IDisposable
{
    private readonly SimulatedChain _chain = new();
    private readonly AccountSigner _account = new(TestEdge.KeyOf(1));
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly TransactionSender _sender;
    private readonly ProxyRegistration _registration;

    public ProxyRegistrationTests()
    {
        _chain.Fund(_account.Address, TokenAmount.Zero);
        _sender = new TransactionSender(_chain, _account);
        _registration = new ProxyRegistration(_chain, _sender, _output, _error);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _account.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Operator_WithTheBond_IsRegistered_AndHasItBackInTheEnd()
    {
        var bond = await FundAsync();

        Assert.Equal(ExitCode.Success, await _registration.RegisterAsync(default));
        Assert.Equal(ProxyStanding.Registered, (await _chain.GetProxyAsync(_account.Address, ReadAt.Latest)).Standing);
        Assert.Equal(ExitCode.Success, await _registration.ShowAsync(default));
        Assert.Contains("is a proxy, with 0 active locks", _output.ToString(), StringComparison.Ordinal);

        Assert.Equal(ExitCode.Success, await _registration.LeaveAsync(default));
        Assert.Equal(ExitCode.Refused, await _registration.CollectAsync(default));
        Assert.Contains("the bond is not free before", _error.ToString(), StringComparison.Ordinal);

        _chain.AdvanceTime((await _chain.GetRulesAsync()).LeavingDelay);
        Assert.Equal(ExitCode.Success, await _registration.CollectAsync(default));
        Assert.Equal(bond, await _chain.GetBalanceAsync(_account.Address, ReadAt.Latest));
        Assert.Equal(ProxyStanding.None, (await _chain.GetProxyAsync(_account.Address, ReadAt.Latest)).Standing);
    }

    [Fact]
    public async Task Register_Twice_TakesTheBondOnce()
    {
        var bond = await FundAsync(times: 2);

        Assert.Equal(ExitCode.Success, await _registration.RegisterAsync(default));
        Assert.Equal(ExitCode.Success, await _registration.RegisterAsync(default));

        Assert.Equal(bond, await _chain.GetBalanceAsync(_account.Address, ReadAt.Latest));
        Assert.Contains("is a proxy already", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_WithoutTheBond_SaysWhatIsMissing()
    {
        Assert.Equal(ExitCode.Refused, await _registration.RegisterAsync(default));
        Assert.Contains("send it tokens", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_WithoutHavingRegistered_IsRefusedInWords()
    {
        Assert.Equal(ExitCode.Refused, await _registration.LeaveAsync(default));
        Assert.Equal(ExitCode.Refused, await _registration.CollectAsync(default));
        Assert.Equal(2, _error.ToString().Split("the account is not in the register").Length - 1);
    }

    private async Task<TokenAmount> FundAsync(int times = 1)
    {
        var bond = (await _chain.GetRulesAsync()).ProxyBond;
        _chain.Fund(_account.Address, new TokenAmount(bond.BaseUnits * new BigInteger(times)));
        return bond;
    }
}
