using System.Text.Json.Nodes;
using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Tests.Datagrams;
using Tachyon.Protocol.Tests.Records;
using static Tachyon.Protocol.Tests.Vectors.ProtocolVectors;
using static Tachyon.Protocol.Tests.Vectors.WireSession;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>Records and datagrams of the vectors' session, and the keys that they are sealed with.</summary>
internal static class WireSealed
{
    private const int DatagramBytes = 60;
    private const ulong KeyAgeMs = 120_000;

    private static readonly RecordCipher[] Ciphers = [RecordCipher.Aes256Gcm, RecordCipher.ChaCha20Poly1305];
    private static readonly SessionRole[] Roles = [SessionRole.Consumer, SessionRole.Provider];

    // IPv4 and UDP, port 40,000 to port 53, one byte of data.
    private static readonly byte[] Packet = Convert.FromHexString("4500001d0000400040116e590a400002c00002359c400035000900000a");

    internal static JsonArray RecordKeys() => Keys(WireKey.OfRecords, WireKey.FirstOfRecords);

    internal static JsonArray DatagramKeys() => Keys(WireKey.OfDatagrams, WireKey.FirstOfDatagrams);

    internal static JsonArray Records() => [.. Ciphers.SelectMany(cipher => Roles.SelectMany(role => RecordsOf(cipher, role)))];

    internal static JsonArray Groups() => [.. Ciphers.SelectMany(cipher => Roles.SelectMany(role => GroupsOf(cipher, role)))];

    private static JsonArray Keys(string name, Func<RecordCipher, SessionRole, WireKey> first)
    {
        var keys = new JsonArray();
        foreach (var cipher in Ciphers)
        {
            foreach (var role in Roles)
            {
                WireKey key = first(cipher, role);
                for (ulong number = 0; number < 2; number++, key = key.Next(name))
                {
                    keys.Add((JsonNode)new JsonObject
                    {
                        ["cipher"] = cipher.ToString(),
                        ["sender"] = role.ToString(),
                        ["number"] = Number(number),
                        ["secret"] = Hex(key.Secret),
                        ["key"] = Hex(key.Key),
                        ["iv"] = Hex(key.Iv),
                    });
                }
            }
        }

        return keys;
    }

    private static List<JsonObject> RecordsOf(RecordCipher cipher, SessionRole role)
    {
        using RecordSealer sealer = WireSession.Records(cipher).Sealer(role);
        string[] frames = role == SessionRole.Consumer
            ? ["no unit to show", "open by name", "data with a unit"]
            : ["a unit shown", "connected", "a unit alone"];
        var rows = new List<JsonObject>();
        foreach (var name in frames)
        {
            Add(0, RecordType.Frames, WireFrames.Named(name).Bytes, sealer.Seal(WireFrames.Named(name).Bytes));
        }

        Add(0, RecordType.Rekey, [], sealer.Rekey());
        byte[] both = [.. WireFrames.Named(role == SessionRole.Consumer ? "ping" : "pong").Bytes, .. WireFrames.Named("the end of a direction").Bytes];
        Add(1, RecordType.Frames, both, sealer.Seal(both));
        Add(1, RecordType.End, [], sealer.End());
        return rows;

        void Add(ulong key, RecordType type, byte[] content, byte[] record) => rows.Add(new JsonObject
        {
            ["cipher"] = cipher.ToString(),
            ["sender"] = role.ToString(),
            ["key"] = Number(key),
            ["number"] = Number((ulong)rows.Count(row => (string)row["key"]! == Number(key))),
            ["type"] = type.ToString(),
            ["content"] = Hex(content),
            ["bytes"] = Hex(record),
        });
    }

    private static List<JsonObject> GroupsOf(RecordCipher cipher, SessionRole role)
    {
        using DatagramSealer sealer = WireSession.Datagrams(cipher).Sealer(role);
        byte[] unit = WireFrames.Section(role == SessionRole.Consumer ? ConsumerUnit : ProviderUnit);
        var rows = new List<JsonObject>();
        sealer.Advance(0);
        Add("a packet", [.. Header(default), .. Packet]);
        Add("a packet with a unit", [.. Header(new PacketHeader { HasUnit = true }), .. unit, .. Packet]);
        Add("a unit alone, padded", [.. Header(new PacketHeader { HasUnit = true }, 0), .. unit, 0, 0, 0]);
        Add("a sign of life", Header(default, 0));
        Add("TCP segments with their checksum left", [
            .. Header(new PacketHeader { IsChecksumLeft = true, SegmentBytes = 4, ChecksumStart = 20, ChecksumOffset = 16 }, 48),
            .. Convert.FromHexString("450000300000400040066e510a400002c00002359c4001bb000000010000000050100400000000000102030405060708"),
        ], datagrams: 2);
        sealer.Advance(KeyAgeMs);
        Add("a packet under the next key", [.. Header(default), .. Packet]);
        return rows;

        void Add(string name, byte[] content, int datagrams = 1)
        {
            var sealedGroup = sealer.Seal(content, datagrams);
            rows.Add(new JsonObject
            {
                ["name"] = name,
                ["cipher"] = cipher.ToString(),
                ["sender"] = role.ToString(),
                ["key"] = Number(sealedGroup.Header.Epoch),
                ["number"] = Number(sealedGroup.Header.Counter),
                ["content"] = Hex(content),
                ["datagrams"] = new JsonArray(
                    [.. DatagramFixture.Cut(sealedGroup, datagrams == 1 ? DatagramLayout.MaxDatagramBytes : DatagramBytes)
                        .Select(bytes => JsonValue.Create(Hex(bytes)))]),
            });
        }
    }

    private static byte[] Header(PacketHeader header, int? packetBytes = null)
    {
        byte[] bytes = new byte[PacketHeader.Bytes];
        (header with { PacketBytes = packetBytes ?? Packet.Length }).Write(bytes);
        return bytes;
    }
}
