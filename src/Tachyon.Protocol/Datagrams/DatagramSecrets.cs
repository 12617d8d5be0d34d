using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;

namespace Tachyon.Protocol.Datagrams;

/// <summary>
/// What both sides of a path for datagrams know once they have agreed on it through their session, which is authenticated and
/// sealed: a fresh secret of each, and all that the keys are bound to, so that keys of one path are good for no other.
/// </summary>
/// <param name="ConsumerSecret">32 random bytes of the consumer.</param>
/// <param name="ProviderSecret">32 random bytes of the provider.</param>
/// <param name="ChannelId">The session's channel.</param>
/// <param name="ConsumerReceiver">The number under which the consumer receives.</param>
/// <param name="ProviderReceiver">The number under which the provider receives.</param>
/// <param name="Cipher">The cipher that the provider chose.</param>
public sealed record DatagramSecrets(
    Bytes32 ConsumerSecret,
    Bytes32 ProviderSecret,
    ChannelId ChannelId,
    uint ConsumerReceiver,
    uint ProviderReceiver,
    RecordCipher Cipher)
{
    /// <summary>Seals what <paramref name="sender"/> sends.</summary>
    public DatagramSealer Sealer(SessionRole sender, DatagramLimits? limits = null) =>
        new(FirstKey(sender), ReceiverOf(sender), limits ?? DatagramLimits.Standard);

    /// <summary>Opens what <paramref name="sender"/> sent.</summary>
    public DatagramOpener Opener(SessionRole sender, DatagramLimits? limits = null) =>
        new(FirstKey(sender), ReceiverOf(sender), limits ?? DatagramLimits.Standard);

    /// <summary>Never the secrets.</summary>
    public override string ToString() => $"datagram secrets of channel {ChannelId}";

    private uint ReceiverOf(SessionRole sender) => sender == SessionRole.Consumer ? ProviderReceiver : ConsumerReceiver;

    private DatagramKey FirstKey(SessionRole sender)
    {
        Span<byte> secrets = stackalloc byte[2 * Bytes32.Length];
        ConsumerSecret.CopyTo(secrets);
        ProviderSecret.CopyTo(secrets[Bytes32.Length..]);
        Span<byte> master = stackalloc byte[DatagramKey.SecretBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, secrets, "tachyon datagrams 1"u8, master);

        var receivers = new byte[2 * sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(receivers, ConsumerReceiver);
        BinaryPrimitives.WriteUInt32BigEndian(receivers.AsSpan(sizeof(uint)), ProviderReceiver);
        byte[] context =
        [
            .. Encoding.ASCII.GetBytes(sender switch
            {
                SessionRole.Consumer => "tachyon datagrams 1 from consumer",
                SessionRole.Provider => "tachyon datagrams 1 from provider",
                _ => throw new ArgumentOutOfRangeException(nameof(sender), sender, "A session has a consumer and a provider."),
            }),
            (byte)Cipher,
            .. ChannelId.ToArray(),
            .. receivers,
        ];
        Span<byte> secret = stackalloc byte[DatagramKey.SecretBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, master, secret, context);
        var key = new DatagramKey(Cipher, secret, 0);
        CryptographicOperations.ZeroMemory(secrets);
        CryptographicOperations.ZeroMemory(master);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }
}
