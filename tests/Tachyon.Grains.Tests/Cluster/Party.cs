using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>A consumer or provider with its key: signs protocol messages, and sends its own transactions.</summary>
internal sealed class Party : IDisposable
{
    private readonly KeySigner _signer;
    private readonly AccountSigner _account;
    private readonly Eip712Domain _domain;

    public Party(int number, Eip712Domain domain)
    {
        byte[] key = Keccak256.HashText($"grain tests, party {number}").ToArray();
        _signer = new KeySigner(key);
        _account = new AccountSigner(key);
        _domain = domain;
    }

    public Address Address => _signer.Address;

    public IAccountSigner Account => _account;

    public INodeSigner Signer => _signer;

    public SignedUnit Unit(Terms terms, ulong index, ulong bytesUsed, ulong timestampMs = 1)
    {
        var unit = new UsageUnit(terms.ChannelId(_domain), index, bytesUsed, terms.Consumer, terms.Provider, timestampMs, Bytes32.Zero);
        return SignedUnit.Sign(unit, _signer, _domain);
    }

    public SignedUnit Sign(UsageUnit unit) => SignedUnit.Sign(unit, _signer, _domain);

    public SignedBlacklisting Sign(Blacklisting statement) => SignedBlacklisting.Sign(statement, _signer, _domain);

    public SignedClosure Closure(Terms terms, ulong bytesUsed, ulong validUntilSeconds)
    {
        var closure = new Closure(terms.ChannelId(_domain), bytesUsed, validUntilSeconds);
        return new SignedClosure(closure, _signer.Sign(closure, _domain));
    }

    public SignedPermission Confirm(ChannelId channel, ulong validUntilSeconds) =>
        Permission(channel, validUntilSeconds, _signer.Sign(new Confirm(channel, validUntilSeconds), _domain));

    public SignedPermission Decline(ChannelId channel, ulong validUntilSeconds) =>
        Permission(channel, validUntilSeconds, _signer.Sign(new Decline(channel, validUntilSeconds), _domain));

    public AcceptanceAnswer Accept(ChannelId channel, ulong expirySeconds) => new()
    {
        ChannelId = channel,
        ExpirySeconds = expirySeconds,
        Signature = _signer.Sign(new Acceptance(channel, expirySeconds), _domain),
    };

    public SignedPermission Close(ChannelId channel, ulong validUntilSeconds) =>
        Permission(channel, validUntilSeconds, _signer.Sign(new Close(channel, validUntilSeconds), _domain));

    /// <summary>Sends a transaction of this party's own, as an edge does through its own endpoint.</summary>
    public async Task<Bytes32> Send(ISettlementChain chain, ChainCall call)
    {
        PreparedCall prepared = chain.Prepare(call);
        ulong nonce = await chain.GetNonceAsync(Address, NonceScope.Pending);
        FeeCaps fees = await chain.SuggestFeesAsync();
        SignedTransaction signed = _account.Sign(
            new UnsignedTransaction(chain.Deployment.ChainId, nonce, fees, 500_000, prepared.To, prepared.Data));
        SendResult result = await chain.SendAsync(signed);
        Assert.Equal(SendOutcome.Accepted, result.Outcome);
        return signed.Hash;
    }

    public void Dispose()
    {
        _signer.Dispose();
        _account.Dispose();
    }

    private static SignedPermission Permission(ChannelId channel, ulong validUntilSeconds, Signature signature) =>
        new() { ChannelId = channel, ValidUntilSeconds = validUntilSeconds, Signature = signature };
}
