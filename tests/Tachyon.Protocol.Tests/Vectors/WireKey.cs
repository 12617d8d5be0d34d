using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>The key schedule as docs/security.md gives it, worked out again here, so that vectors show what stands in between.</summary>
internal sealed record WireKey(byte[] Secret, byte[] Key, byte[] Iv)
{
    internal const string OfRecords = "tachyon records 1";
    internal const string OfDatagrams = "tachyon datagrams 1";

    internal static WireKey FirstOfRecords(RecordCipher cipher, SessionRole sender) => First(
        OfRecords,
        sender,
        [.. WireSession.ConsumerSecret.ToArray(), .. WireSession.ProviderSecret.ToArray()],
        [
            (byte)cipher, .. WireSession.ChannelId.ToArray(),
            .. WireSession.ConsumerCertificate.ToArray(), .. WireSession.ProviderCertificate.ToArray(),
        ]);

    internal static WireKey FirstOfDatagrams(RecordCipher cipher, SessionRole sender) => First(
        OfDatagrams,
        sender,
        [.. WireSession.ConsumerPathSecret.ToArray(), .. WireSession.ProviderPathSecret.ToArray()],
        [(byte)cipher, .. WireSession.ChannelId.ToArray(), .. U32(WireSession.ConsumerReceiver), .. U32(WireSession.ProviderReceiver)]);

    internal WireKey Next(string name) => From(name, Expand(Secret, $"{name} next", 32));

    private static WireKey First(string name, SessionRole sender, byte[] secrets, byte[] context)
    {
        byte[] master = HKDF.Extract(HashAlgorithmName.SHA256, secrets, Encoding.ASCII.GetBytes(name));
        byte[] label = Encoding.ASCII.GetBytes($"{name} from {(sender == SessionRole.Consumer ? "consumer" : "provider")}");
        return From(name, HKDF.Expand(HashAlgorithmName.SHA256, master, 32, [.. label, .. context]));
    }

    private static WireKey From(string name, byte[] secret) => new(secret, Expand(secret, $"{name} key", 32), Expand(secret, $"{name} iv", 12));

    private static byte[] Expand(byte[] secret, string label, int length) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, length, Encoding.ASCII.GetBytes(label));

    private static byte[] U32(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
