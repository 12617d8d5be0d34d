using System.Globalization;
using Tachyon.Chain;

namespace Tachyon.Silo.Cli;

/// <summary>The operator's standing in the register of proxies, and the transactions that change it.</summary>
/// <param name="chain">The chain with the register.</param>
/// <param name="sender">Sends from the operator's account, which nothing else may do meanwhile.</param>
/// <param name="output">Told what holds, in sentences.</param>
/// <param name="error">Told why something cannot be done, and what helps.</param>
internal sealed class ProxyRegistration(ISettlementChain chain, TransactionSender sender, TextWriter output, TextWriter error)
{
    /// <summary>Says where the account stands.</summary>
    public async Task<ExitCode> ShowAsync(CancellationToken cancellation)
    {
        var proxy = await chain.GetProxyAsync(sender.Address, ReadAt.Latest, cancellation);
        var rules = await chain.GetRulesAsync(cancellation);
        var tokens = await chain.GetBalanceAsync(sender.Address, ReadAt.Latest, cancellation);
        await output.WriteLineAsync(proxy.Standing switch
        {
            ProxyStanding.Registered => $"{sender.Address} is a proxy, with {proxy.ActiveLocks} active locks",
            ProxyStanding.Leaving => $"{sender.Address} leaves the register, with {proxy.ActiveLocks} active locks; it may have its bond from {At(proxy.LeavesAtSeconds)}",
            _ => $"{sender.Address} is no proxy",
        });
        await output.WriteLineAsync(
            $"the bond is {rules.ProxyBond.ToTokens()} IPX, returned {Days(rules.LeavingDelay)} after leaving; the account holds {tokens.ToTokens()} IPX");
        return ExitCode.Success;
    }

    /// <summary>Posts the bond.</summary>
    public async Task<ExitCode> RegisterAsync(CancellationToken cancellation)
    {
        var bond = (await chain.GetRulesAsync(cancellation)).ProxyBond;
        if ((await chain.GetProxyAsync(sender.Address, ReadAt.Latest, cancellation)).Standing == ProxyStanding.Registered)
        {
            await output.WriteLineAsync($"{sender.Address} is a proxy already");
            return ExitCode.Success;
        }

        if (await chain.GetAllowanceAsync(sender.Address, ReadAt.Latest, cancellation) < bond
            && await SendAsync(new ChainCall.Approve(bond), cancellation) is { } fault)
        {
            return fault;
        }

        return await SendAsync(new ChainCall.RegisterProxy(), cancellation)
            ?? await SaidAsync($"{sender.Address} is a proxy now; its bond of {bond.ToTokens()} IPX is in the register");
    }

    /// <summary>Takes no more locks.</summary>
    public async Task<ExitCode> LeaveAsync(CancellationToken cancellation)
    {
        if (await SendAsync(new ChainCall.StartLeaving(), cancellation) is { } fault)
        {
            return fault;
        }

        var proxy = await chain.GetProxyAsync(sender.Address, ReadAt.Latest, cancellation);
        return await SaidAsync(
            $"{sender.Address} takes no more locks; those it has run on. It may have its bond from {At(proxy.LeavesAtSeconds)}, once the last of them is settled");
    }

    /// <summary>Takes the bond back.</summary>
    public async Task<ExitCode> CollectAsync(CancellationToken cancellation) =>
        await SendAsync(new ChainCall.FinishLeaving(), cancellation) ?? await SaidAsync($"{sender.Address} is no proxy any more and has its bond back");

    private async Task<ExitCode?> SendAsync(ChainCall call, CancellationToken cancellation)
    {
        try
        {
            if ((await sender.SendAsync(call, cancellation)).Refusal is not { } refusal)
            {
                return null;
            }

            await error.WriteLineAsync($"error: {Sentence(refusal)}");
            return ExitCode.Refused;
        }
        catch (GasUnaffordableException fault)
        {
            await error.WriteLineAsync($"error: {fault.Message}");
            return ExitCode.Refused;
        }
    }

    private static string Sentence(ContractRefusal refusal) => refusal switch
    {
        ContractRefusal.InsufficientBalance shortage =>
            $"the bond is {shortage.Needed.ToTokens()} IPX, and {shortage.Account} holds {shortage.Balance.ToTokens()}: send it tokens",
        ContractRefusal.DirectChannelsActive direct =>
            $"{direct.Account} is the provider of {direct.ActiveDirect} direct channels, which a proxy cannot have: let them end, or take another account",
        ContractRefusal.WrongProxyStatus { Actual: ProxyStanding.None } => "the account is not in the register",
        ContractRefusal.WrongProxyStatus { Actual: ProxyStanding.Registered } => "the account has not announced that it leaves: `proxy leave` first",
        ContractRefusal.WrongProxyStatus { Actual: ProxyStanding.Leaving } => "the account leaves the register already: `proxy collect` takes the bond back when it has left",
        ContractRefusal.LeavingDelayRuns delay => $"the bond is not free before {At((ulong)delay.LeavesAt)}",
        ContractRefusal.LocksActive locks => $"{locks.ActiveLocks} locks are not settled yet: start the silo, which settles them when they close, and try again later",
        _ => $"the contract refuses: {refusal}",
    };

    private async Task<ExitCode> SaidAsync(string line)
    {
        await output.WriteLineAsync(line);
        return ExitCode.Success;
    }

    private static string At(ulong seconds) =>
        DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Days(TimeSpan delay) => delay >= TimeSpan.FromDays(1) ? $"{delay.TotalDays:0.#} days" : $"{delay.TotalHours:0.##} hours";
}
