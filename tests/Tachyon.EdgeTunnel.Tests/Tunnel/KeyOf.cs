using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Tests.Tunnel;

/// <summary>Claims one node's address and signs with another's key.</summary>
internal sealed class KeyOf(KeySigner key, Address claimed) : INodeSigner, IDisposable
{
    public Address Address => claimed;

    public Signature Sign<TMessage>(TMessage message, Eip712Domain domain)
        where TMessage : ITypedMessage => key.Sign(message, domain);

    public void Dispose()
    {
        // The key is the test's.
    }
}
