using System.Numerics;

namespace Tachyon.Chain.Simulation;

/// <summary>
/// The contracts' rules in C#: one call against one state. Written call by call like the Solidity, with the protocol's
/// own arithmetic, so that the two can be compared.
/// </summary>
internal sealed partial class SimulatedContracts
{
    private readonly Deployment deployment;
    private readonly Eip712Domain domain;
    private readonly ChainRules rules;
    private readonly SignatureVerifier verifier = new();
    private readonly Address sender;
    private readonly ulong now;
    private readonly List<Func<LogPosition, ChainEvent>> events = [];
    private SimulatedState state;

    private SimulatedContracts(
        Deployment deployment,
        ChainRules rules,
        SimulatedState state,
        Address sender,
        ulong now)
    {
        this.deployment = deployment;
        domain = deployment.Domain;
        this.rules = rules;
        this.state = state;
        this.sender = sender;
        this.now = now;
    }

    /// <summary>Executes a call. A refused one changes nothing.</summary>
    /// <param name="deployment">the contracts</param>
    /// <param name="rules">their constants</param>
    /// <param name="state">before</param>
    /// <param name="sender">who calls</param>
    /// <param name="call">what; null for one that the contracts do not know</param>
    /// <param name="nowSeconds">the block's time</param>
    public static SimulatedExecution Execute(
        Deployment deployment,
        ChainRules rules,
        SimulatedState state,
        Address sender,
        ChainCall? call,
        ulong nowSeconds)
    {
        var contracts = new SimulatedContracts(deployment, rules, state, sender, nowSeconds);
        try
        {
            contracts.Call(call);
            return new SimulatedExecution(contracts.state, contracts.events, null);
        }
        catch (SimulatedRevertException revert)
        {
            return new SimulatedExecution(state, [], revert.Refusal);
        }
    }

    private void Call(ChainCall? call)
    {
        switch (call)
        {
            case ChainCall.Approve c:
                state = state with { Allowances = state.Allowances.SetItem(sender, c.Amount) };
                break;
            case ChainCall.Transfer c:
                Move(sender, c.Recipient, c.Amount);
                break;
            case ChainCall.Claim c:
                Pay(c.Terms.Provider, Claim(c));
                break;
            case ChainCall.ClaimMany c:
                Batch(c.Claims, claim => claim.Terms, claim => Pay(claim.Terms.Provider, Claim(claim)));
                break;
            case ChainCall.CooperativeClose c:
                CooperativeClose(c);
                break;
            case ChainCall.StartClose c:
                RequireParty(c.Terms, sender);
                StartClose(c.Terms, c.ConsumerUnit, c.ProviderUnit);
                break;
            case ChainCall.StartCloseFor c:
                StartCloseFor(c);
                break;
            case ChainCall.Challenge c:
                Challenge(c);
                break;
            case ChainCall.Settle c:
                Settle(c.Terms);
                break;
            case ChainCall.SettleMany c:
                Batch(c.Channels, terms => terms, Settle);
                break;
            default:
                OpeningCall(call);
                break;
        }
    }

    /// <summary>Runs each item alone; one that is refused leaves no trace but an event.</summary>
    private void Batch<T>(IReadOnlyList<T> items, Func<T, Terms> termsOf, Action<T> run)
    {
        for (var i = 0; i < items.Count; i++)
        {
            var (before, eventsBefore, position) = (state, events.Count, i);
            try
            {
                run(items[i]);
            }
            catch (SimulatedRevertException revert)
            {
                state = before;
                events.RemoveRange(eventsBefore, events.Count - eventsBefore);
                var channel = Id(termsOf(items[i]));
                events.Add(at => new BatchItemSkipped(at, channel, position, revert.Refusal));
            }
        }
    }

    private ChannelId Id(Terms terms) => terms.ChannelId(domain);

    private SimulatedChannel Require(ChannelId id, ChannelStatus expected)
    {
        var channel = state.Channel(id);
        return channel.Status == expected
            ? channel
            : throw Refuse(new ContractRefusal.WrongStatus(id, channel.Status, expected));
    }

    private void Save(ChannelId id, SimulatedChannel channel)
        => state = state with { Channels = state.Channels.SetItem(id, channel) };

    private void RequireValid(ulong validUntil, TimeSpan maximumAhead)
    {
        if (now > validUntil)
        {
            throw Refuse(new ContractRefusal.SignatureExpired(validUntil, now));
        }

        var latest = now + (ulong)maximumAhead.TotalSeconds;
        if (validUntil > latest)
        {
            throw Refuse(new ContractRefusal.ValidityTooLong(validUntil, latest));
        }
    }

    private Address Recover<TMessage>(TMessage message, Signature signature)
        where TMessage : ITypedMessage
        => verifier.Recover(message, domain, signature, out var signer) == SignatureFault.None
            ? signer
            : throw Refuse(new ContractRefusal.MalformedSignature(signature.V, signature.R, signature.S));

    private void RequireSigner<TMessage>(TMessage message, Signature signature, Address expected)
        where TMessage : ITypedMessage
    {
        var recovered = Recover(message, signature);
        if (recovered != expected)
        {
            throw Refuse(new ContractRefusal.WrongSigner(recovered, expected));
        }
    }

    private static void RequireParty(Terms terms, Address account)
    {
        if (account != terms.Consumer && account != terms.Provider)
        {
            throw Refuse(new ContractRefusal.NotParty(account, terms.Consumer, terms.Provider));
        }
    }

    private void Pull(Address payer, TokenAmount amount)
    {
        if (amount.IsZero)
        {
            return;
        }

        var allowance = state.Allowance(payer);
        if (allowance < amount)
        {
            throw Refuse(new ContractRefusal.InsufficientAllowance(deployment.PaymentChannels, allowance, amount));
        }

        // As the token does: an allowance without limit stays without limit.
        if (allowance.BaseUnits != (BigInteger.One << 256) - 1)
        {
            state = state with { Allowances = state.Allowances.SetItem(payer, allowance - amount) };
        }

        Move(payer, deployment.PaymentChannels, amount);
    }

    private void Pay(Address payee, TokenAmount amount) => Move(deployment.PaymentChannels, payee, amount);

    private void Burn(TokenAmount amount) => state = state with
    {
        Balances = state.Balances.SetItem(deployment.PaymentChannels, state.Balance(deployment.PaymentChannels) - amount),
    };

    private void Move(Address from, Address to, TokenAmount amount)
    {
        var balance = state.Balance(from);
        if (balance < amount)
        {
            throw Refuse(new ContractRefusal.InsufficientBalance(from, balance, amount));
        }

        var without = state.Balances.SetItem(from, balance - amount);
        state = state with { Balances = without.SetItem(to, without.GetValueOrDefault(to) + amount) };
    }

    private static SimulatedRevertException Refuse(ContractRefusal refusal) => new(refusal);
}
