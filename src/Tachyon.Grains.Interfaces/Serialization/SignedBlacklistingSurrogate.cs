using System.Buffers.Binary;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Grains.Serialization;

/// <summary>A signed statement between silos and in storage: one block of bytes.</summary>
/// <remarks>
/// <code>
/// issuer 20 | subject 20 | channelId 32 | reason 1 | timestamp 8 | revoked 1 | evidence 32 | signature 65
/// </code>
/// Integers are big-endian.
/// </remarks>
[GenerateSerializer, Immutable, Alias("tachyon.SignedBlacklistingSurrogate")]
public struct SignedBlacklistingSurrogate
{
    /// <summary>179 bytes.</summary>
    [Id(0)]
    public byte[] Bytes { get; set; }
}

/// <summary>Converts signed statements for Orleans, which the protocol's types do not know.</summary>
[RegisterConverter]
public sealed class SignedBlacklistingConverter : IConverter<SignedBlacklisting, SignedBlacklistingSurrogate>
{
    private const int SubjectAt = 20;
    private const int ChannelAt = 40;
    private const int ReasonAt = 72;
    private const int TimestampAt = 73;
    private const int RevokedAt = 81;
    private const int EvidenceAt = 82;
    private const int SignatureAt = 114;
    private const int Length = 179;

    /// <inheritdoc />
    public SignedBlacklisting ConvertFromSurrogate(in SignedBlacklistingSurrogate surrogate)
    {
        ReadOnlySpan<byte> bytes = surrogate.Bytes;
        if (bytes.Length != Length)
        {
            throw new InvalidOperationException($"A signed statement has {Length} bytes here, not {bytes.Length}.");
        }

        var stated = new Blacklisting(
            Address.FromBytes(bytes[..SubjectAt]),
            Address.FromBytes(bytes[SubjectAt..ChannelAt]),
            ChannelId.FromBytes(bytes[ChannelAt..ReasonAt]),
            bytes[ReasonAt],
            BinaryPrimitives.ReadUInt64BigEndian(bytes[TimestampAt..]),
            bytes[RevokedAt] != 0,
            Bytes32.FromBytes(bytes[EvidenceAt..SignatureAt]));
        return new SignedBlacklisting(stated, Signature.FromBytes(bytes[SignatureAt..]));
    }

    /// <inheritdoc />
    public SignedBlacklistingSurrogate ConvertToSurrogate(in SignedBlacklisting value)
    {
        Blacklisting stated = value.Statement;
        byte[] bytes = new byte[Length];
        stated.Issuer.CopyTo(bytes);
        stated.Subject.CopyTo(bytes.AsSpan(SubjectAt));
        stated.ChannelId.CopyTo(bytes.AsSpan(ChannelAt));
        bytes[ReasonAt] = stated.Reason;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(TimestampAt), stated.TimestampMs);
        bytes[RevokedAt] = stated.Revoked ? (byte)1 : (byte)0;
        stated.Evidence.CopyTo(bytes.AsSpan(EvidenceAt));
        value.Signature.CopyTo(bytes.AsSpan(SignatureAt));
        return new SignedBlacklistingSurrogate { Bytes = bytes };
    }
}
