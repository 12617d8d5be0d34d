using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;

namespace Tachyon.Protocol.Tests.Datagrams;

/// <summary>Secrets of one path, and groups made of them.</summary>
internal static class DatagramFixture
{
    public static DatagramSecrets Secrets { get; } = new(
        Bytes32.FromBytes(Filled(1)),
        Bytes32.FromBytes(Filled(2)),
        ChannelId.FromBytes(Filled(3)),
        0x11111111,
        0x22222222,
        RecordCipher.Aes256Gcm);

    /// <summary>Small enough to reach in a test.</summary>
    public static DatagramLimits Small { get; } = new(1_000, 5, TimeSpan.FromMinutes(1), 4_000);

    public static DatagramSealer Sealer(DatagramSecrets? secrets = null, DatagramLimits? limits = null) =>
        (secrets ?? Secrets).Sealer(SessionRole.Consumer, limits);

    public static DatagramOpener Opener(DatagramSecrets? secrets = null, DatagramLimits? limits = null) =>
        (secrets ?? Secrets).Opener(SessionRole.Consumer, limits);

    public static (DatagramHeader Header, byte[] Group) Seal(this DatagramSealer sealer, ReadOnlySpan<byte> content, int count = 1)
    {
        var group = new byte[content.Length + DatagramLayout.TagBytes];
        var header = sealer.Seal(content, group, count);
        return (header, group);
    }

    public static DatagramOutcome Open(this DatagramOpener opener, (DatagramHeader Header, byte[] Group) sealedGroup) =>
        opener.Open(sealedGroup.Header, sealedGroup.Group.ToArray());

    /// <summary>Cuts a sealed group into its datagrams, all but the last of <paramref name="datagramBytes"/>.</summary>
    public static byte[][] Cut((DatagramHeader Header, byte[] Group) sealedGroup, int datagramBytes)
    {
        var partBytes = datagramBytes - DatagramLayout.HeaderBytes;
        var datagrams = new byte[sealedGroup.Header.Count][];
        for (var place = 0; place < datagrams.Length; place++)
        {
            var part = sealedGroup.Group.AsSpan(place * partBytes, Math.Min(partBytes, sealedGroup.Group.Length - (place * partBytes)));
            datagrams[place] = new byte[DatagramLayout.HeaderBytes + part.Length];
            (sealedGroup.Header with { Place = (byte)place }).Write(datagrams[place]);
            part.CopyTo(datagrams[place].AsSpan(DatagramLayout.HeaderBytes));
        }

        return datagrams;
    }

    private static byte[] Filled(byte value) => [.. Enumerable.Repeat(value, Bytes32.Length)];
}
