using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Signing;

/// <summary>A node's key, behind a port. It receives typed messages only and may refuse one.</summary>
/// <remarks>
/// Called only with messages that a ledger or a policy has decided on; what is signed must be durable before it leaves
/// the node (protocol, "What must always hold", 6). Implementations are thread-safe and deterministic (RFC 6979), so that
/// signing the same message again after a crash yields the same bytes.
/// </remarks>
public interface INodeSigner
{
    /// <summary>The address of the key.</summary>
    Address Address { get; }

    /// <summary>Signs a message under a domain.</summary>
    /// <exception cref="SigningRefusedException">The signer's own policy forbids this message, or its key is gone.</exception>
    Signature Sign<TMessage>(TMessage message, Eip712Domain domain)
        where TMessage : ITypedMessage;
}
