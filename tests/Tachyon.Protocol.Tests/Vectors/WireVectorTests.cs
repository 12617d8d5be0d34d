using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tachyon.Protocol.Datagrams;
using Tachyon.Protocol.Frames;
using Tachyon.Protocol.Records;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>Nodes of different builds meet: what they send is frozen in vectors/wire-v1.json.</summary>
public sealed class WireVectorTests
{
    [Fact]
    public void WireVectors_AreAsCommitted() => VectorFile.AssertIsAsCommitted(
        VectorFile.Wire,
        VectorFile.Format(WireVectors.Create()),
        "The wire changed: raise FrameLayout.Version.");

    [Fact]
    public void Frames_OfTheVectors_AreReadAndHoldEveryKind()
    {
        foreach (WireFrame frame in WireFrames.All)
        {
            Assert.Equal(FrameError.None, FrameHeader.TryRead(frame.Bytes, out FrameHeader header));
            Assert.Equal(frame.Header, header);
        }

        Assert.Equal(
            Enum.GetValues<FrameKind>().Where(kind => kind != FrameKind.None),
            WireFrames.All.Select(frame => frame.Header.Kind).Distinct().Order());
    }

    [Fact]
    public void Records_OfTheVectors_OpenWithTheKeysBesideThem()
    {
        JsonNode file = VectorFile.Read(VectorFile.Wire);
        foreach (JsonNode? record in file["records"]!.AsArray())
        {
            byte[] bytes = Bytes(record!["bytes"]!);
            byte[] content = Open(file["recordKeys"]!, record, bytes[..RecordLayout.HeaderBytes], bytes[RecordLayout.HeaderBytes..]);

            Assert.Equal(Bytes(record["content"]!), content);
        }
    }

    [Fact]
    public void Groups_OfTheVectors_OpenWithTheKeysBesideThem()
    {
        JsonNode file = VectorFile.Read(VectorFile.Wire);
        foreach (JsonNode? group in file["groups"]!.AsArray())
        {
            byte[][] datagrams = [.. group!["datagrams"]!.AsArray().Select(datagram => Bytes(datagram!))];
            byte[] parts = [.. datagrams.SelectMany(datagram => datagram[DatagramLayout.HeaderBytes..])];
            byte[] content = Open(file["datagramKeys"]!, group, datagrams[0][..DatagramLayout.HeaderBytes], parts);

            Assert.Equal(Bytes(group["content"]!), content);
            Assert.True(PacketHeader.TryRead(content, out _));
        }
    }

    // As docs/security.md says it, with nothing of what is tested.
    private static byte[] Open(JsonNode keys, JsonNode row, byte[] associated, byte[] content)
    {
        JsonNode key = keys.AsArray().Single(key =>
            (string)key!["cipher"]! == (string)row["cipher"]!
            && (string)key["sender"]! == (string)row["sender"]!
            && (string)key["number"]! == (string)row["key"]!)!;
        byte[] nonce = Bytes(key["iv"]!);
        ulong place = BinaryPrimitives.ReadUInt64BigEndian(nonce.AsSpan(4)) ^ ulong.Parse((string)row["number"]!);
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), place);

        byte[] clear = new byte[content.Length - 16];
        if ((string)row["cipher"]! == nameof(RecordCipher.Aes256Gcm))
        {
            using var aes = new AesGcm(Bytes(key["key"]!), 16);
            aes.Decrypt(nonce, content.AsSpan(..^16), content.AsSpan(^16..), clear, associated);
        }
        else
        {
            using var chaCha = new ChaCha20Poly1305(Bytes(key["key"]!));
            chaCha.Decrypt(nonce, content.AsSpan(..^16), content.AsSpan(^16..), clear, associated);
        }

        return clear;
    }

    private static byte[] Bytes(JsonNode hex) => Convert.FromHexString(((string)hex!)[2..]);
}
