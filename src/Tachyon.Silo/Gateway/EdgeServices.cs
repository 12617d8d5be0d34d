using Tachyon.Chain;
using Tachyon.Grains.Proxies;
using Tachyon.Protocol.Signing;
using Tachyon.Silo.Configuration;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Gateway;

/// <summary>What every connection works with.</summary>
internal sealed record EdgeServices(
    GatewayOptions Options,
    GatewayNames Names,
    EdgeRegistry Registry,
    CallerLimits Limits,
    EdgeRequests Requests,
    RouteBroker Routes,
    IGrainFactory Grains,
    ISettlementChain Chain,
    IAccountSigner Account,
    SignatureVerifier Verifier,
    TimeProvider Time,
    EdgeLog Logger);
