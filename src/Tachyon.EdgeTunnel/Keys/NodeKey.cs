using System.Security.Cryptography;
using Tachyon.Chain;
using Tachyon.Chain.Keys;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Keys;

/// <summary>
/// The node's key, opened: it signs the node's messages, and transactions of the account of the same address.
/// Disposing wipes it.
/// </summary>
internal sealed class NodeKey : IDisposable
{
    private readonly KeySigner _messages;
    private readonly AccountSigner _account;

    public NodeKey(ReadOnlySpan<byte> privateKey)
    {
        _messages = new KeySigner(privateKey);
        _account = new AccountSigner(privateKey);
    }

    public Address Address => _messages.Address;

    public INodeSigner Messages => _messages;

    public IAccountSigner Account => _account;

    /// <summary>Opens a keystore. Takes most of a second: the key derivation is slow on purpose.</summary>
    /// <exception cref="KeystoreException">The file cannot be used, or the password is another one.</exception>
    public static NodeKey Open(string keystorePath, string password)
    {
        var privateKey = KeystoreFile.Load(keystorePath, password);
        try
        {
            return new NodeKey(privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    public void Dispose()
    {
        _messages.Dispose();
        _account.Dispose();
    }
}
