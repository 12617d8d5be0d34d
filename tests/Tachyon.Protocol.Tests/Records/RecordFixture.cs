using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Records;

/// <summary>Secrets of one connection, and records made of them.</summary>
internal static class RecordFixture
{
    public static RecordSecrets Secrets { get; } = new(
        Keccak256.HashText("consumer's secret"),
        Keccak256.HashText("provider's secret"),
        ChannelId.FromBytes(Keccak256.HashText("channel").ToArray()),
        Keccak256.HashText("consumer's certificate"),
        Keccak256.HashText("provider's certificate"),
        RecordCipher.Aes256Gcm);

    /// <summary>Small enough to reach in a test.</summary>
    public static RecordLimits Small { get; } = new(1_000, 5, TimeSpan.FromMinutes(1), 4_000, 8);

    public static RecordSealer Sealer(RecordSecrets? secrets = null, RecordLimits? limits = null) =>
        (secrets ?? Secrets).Sealer(SessionRole.Consumer, limits);

    public static RecordOpener Opener(RecordSecrets? secrets = null, RecordLimits? limits = null) =>
        (secrets ?? Secrets).Opener(SessionRole.Consumer, limits);

    public static byte[] Seal(this RecordSealer sealer, ReadOnlySpan<byte> content)
    {
        var record = new byte[RecordLayout.OverheadBytes + content.Length];
        content.CopyTo(record.AsSpan(RecordLayout.HeaderBytes));
        sealer.SealFrames(record);
        return record;
    }

    public static byte[] Rekey(this RecordSealer sealer)
    {
        var record = new byte[RecordLayout.OverheadBytes];
        sealer.SealRekey(record);
        return record;
    }

    public static byte[] End(this RecordSealer sealer)
    {
        var record = new byte[RecordLayout.OverheadBytes];
        sealer.SealEnd(record);
        return record;
    }

    /// <summary>Opens a copy; null where the header already is refused.</summary>
    public static (RecordOutcome? Outcome, byte[] Content) Open(this RecordOpener opener, byte[] record)
    {
        byte[] copy = [.. record];
        if (copy.Length < RecordLayout.OverheadBytes || !RecordHeader.TryRead(copy, out var header))
        {
            return (null, []);
        }

        var outcome = opener.Open(header, copy);
        return (outcome, outcome == RecordOutcome.Frames ? copy[RecordLayout.HeaderBytes..^RecordLayout.TagBytes] : []);
    }
}
