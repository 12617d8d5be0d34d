using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Tachyon.Grains.Proxies;

/// <summary>Whether the operator is a proxy, and its key. The same account sends the operator's transactions.</summary>
internal sealed class ProxyAccount(IOptions<GrainsOptions> options, IServiceProvider services)
{
    private readonly INodeSigner? _signer = options.Value.Proxy ? services.GetRequiredService<INodeSigner>() : null;

    /// <summary>Whether routes are served here.</summary>
    internal bool IsProxy => _signer is not null;

    /// <summary>The proxy's key.</summary>
    /// <exception cref="InvalidOperationException">The operator is no proxy.</exception>
    internal INodeSigner Signer => _signer ?? throw new InvalidOperationException("The operator is no proxy (Grains:Proxy).");

    /// <summary>True for a lock that is to pay this proxy.</summary>
    internal bool IsOwnLock(Terms terms) => _signer is not null && terms.Kind == ChannelKind.Lock && terms.Provider == _signer.Address;

    /// <summary>True for a channel through which this proxy pays an exit.</summary>
    internal bool IsOwnPool(Terms terms) => _signer is not null && terms.Kind == ChannelKind.Direct && terms.Consumer == _signer.Address;

    /// <summary>This proxy's leave to close a channel of its own alone, good for half of what the protocol allows at most.</summary>
    /// <exception cref="InvalidOperationException">The operator is no proxy.</exception>
    internal SignedPermission PermitClose(ChannelId channelId, ulong nowSeconds, Eip712Domain domain)
    {
        ulong validUntilSeconds = nowSeconds + (ProtocolConstants.MaxValiditySeconds / 2);
        return new SignedPermission
        {
            ChannelId = channelId,
            ValidUntilSeconds = validUntilSeconds,
            Signature = Signer.Sign(new Close(channelId, validUntilSeconds), domain),
        };
    }
}
