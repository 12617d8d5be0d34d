using System.Security.Cryptography;
using System.Text;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;

namespace Tachyon.Protocol.Records;

/// <summary>
/// What both sides of a session know once TLS and node keys have introduced them: a fresh secret of each, and all that the
/// keys are bound to, so that keys of one connection are good for no other.
/// </summary>
/// <param name="ConsumerSecret">32 random bytes of the consumer, sent through TLS.</param>
/// <param name="ProviderSecret">32 random bytes of the provider, sent through TLS.</param>
/// <param name="ChannelId">The session's channel.</param>
/// <param name="ConsumerCertificate">SHA-256 of the consumer's throw-away certificate.</param>
/// <param name="ProviderCertificate">SHA-256 of the provider's.</param>
/// <param name="Cipher">The cipher that the provider chose.</param>
public sealed record RecordSecrets(
    Bytes32 ConsumerSecret,
    Bytes32 ProviderSecret,
    ChannelId ChannelId,
    Bytes32 ConsumerCertificate,
    Bytes32 ProviderCertificate,
    RecordCipher Cipher)
{
    /// <summary>Seals what <paramref name="sender"/> sends.</summary>
    public RecordSealer Sealer(SessionRole sender, RecordLimits? limits = null) => new(FirstKey(sender), limits ?? RecordLimits.Standard);

    /// <summary>Opens what <paramref name="sender"/> sent.</summary>
    public RecordOpener Opener(SessionRole sender, RecordLimits? limits = null) => new(FirstKey(sender), limits ?? RecordLimits.Standard);

    /// <summary>Never the secrets.</summary>
    public override string ToString() => $"record secrets of channel {ChannelId}";

    private RecordKey FirstKey(SessionRole sender)
    {
        Span<byte> secrets = stackalloc byte[2 * Bytes32.Length];
        ConsumerSecret.CopyTo(secrets);
        ProviderSecret.CopyTo(secrets[Bytes32.Length..]);
        Span<byte> master = stackalloc byte[RecordKey.SecretBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, secrets, "tachyon records 1"u8, master);

        byte[] context =
        [
            .. Encoding.ASCII.GetBytes(sender switch
            {
                SessionRole.Consumer => "tachyon records 1 from consumer",
                SessionRole.Provider => "tachyon records 1 from provider",
                _ => throw new ArgumentOutOfRangeException(nameof(sender), sender, "A session has a consumer and a provider."),
            }),
            (byte)Cipher,
            .. ChannelId.ToArray(),
            .. ConsumerCertificate.ToArray(),
            .. ProviderCertificate.ToArray(),
        ];
        Span<byte> secret = stackalloc byte[RecordKey.SecretBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, master, secret, context);
        var key = new RecordKey(Cipher, secret);
        CryptographicOperations.ZeroMemory(secrets);
        CryptographicOperations.ZeroMemory(master);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }
}
