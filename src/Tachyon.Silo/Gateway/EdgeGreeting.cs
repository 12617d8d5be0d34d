using System.Security.Cryptography;
using Tachyon.Protocol;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Silo.Gateway;

/// <summary>
/// Version, chain, proof of the key: Hello → Challenge → Authenticate → Welcome. The nonce is made for one connection and
/// judged once, so a proof that was seen elsewhere is worth nothing.
/// </summary>
internal sealed class EdgeGreeting(EdgeServices services)
{
    private readonly Bytes32 _nonce = Bytes32.FromBytes(RandomNumberGenerator.GetBytes(Bytes32.Length));
    private bool _challenged;

    /// <summary>Who proved its key; valid after <see cref="Welcome"/>.</summary>
    public Address Node { get; private set; }

    /// <summary>The next step; a <see cref="GatewayError"/> ends the connection.</summary>
    public GatewayReply Take(GatewayRequest request) => request switch
    {
        Hello hello when !_challenged => Challenge(hello),
        Authenticate proof when _challenged => Judge(proof),
        _ => new GatewayError(GatewayErrorCode.OutOfOrder, $"{request.Kind} is not expected here; prove your key first"),
    };

    private GatewayReply Challenge(Hello hello)
    {
        if (!hello.Domain.Equals(services.Chain.Domain))
        {
            return new GatewayError(
                GatewayErrorCode.WrongDomain, $"this gateway settles on {services.Chain.Domain}, you on {hello.Domain}; check the deployment file");
        }

        _challenged = true;
        return new Challenge(
            _nonce, services.Account.Address, services.Chain.Domain, (uint)services.Options.AuthenticationTimeout.TotalMilliseconds);
    }

    private GatewayReply Judge(Authenticate proof)
    {
        var nowMs = (ulong)services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var fault = Fault(proof, nowMs);
        if (fault is not null)
        {
            return new GatewayError(GatewayErrorCode.NotAuthenticated, fault);
        }

        Node = proof.Auth.Node;
        return new Welcome(
            nowMs, (uint)services.Options.HeartbeatPeriod.TotalMilliseconds, (ushort)services.Options.MaxOpenRequests);
    }

    private string? Fault(Authenticate proof, ulong nowMs)
    {
        var auth = proof.Auth;
        if (auth.Nonce != _nonce)
        {
            return "the proof is for another nonce than the one of this connection";
        }

        if (!services.Names.Accepts(auth.Gateway))
        {
            return $"the proof is for the gateway '{auth.Gateway}', and this one is not reached under that name; "
                + "its operator can add it to Gateway:Names";
        }

        var apartMs = auth.TimestampMs > nowMs ? auth.TimestampMs - nowMs : nowMs - auth.TimestampMs;
        if (apartMs > ProtocolConstants.MaxTimestampAheadMs)
        {
            return $"your clock and the silo's are {apartMs / 1_000} s apart, at most {ProtocolConstants.MaxTimestampAheadMs / 1_000} s are allowed; set your clock";
        }

        var signature = services.Verifier.Verify(auth, services.Chain.Domain, proof.Signature, auth.Node);
        return signature == SignatureFault.None ? null : $"the signature is not that of {auth.Node} ({signature})";
    }
}
