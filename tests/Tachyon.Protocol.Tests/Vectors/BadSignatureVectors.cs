using System.Numerics;
using System.Text.Json.Nodes;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>Signatures that both the contract and the nodes refuse, all over one digest that the provider did sign.</summary>
internal static class BadSignatureVectors
{
    internal static JsonArray Create(ChannelId channelId, KeySigner provider, Eip712Domain domain)
    {
        var message = new Confirm(channelId, 1_800_000_000);
        Bytes32 digest = TypedData.Digest(message, domain);
        Signature good = provider.Sign(message, domain);
        byte otherV = (byte)(55 - good.V);

        JsonObject Vector(string fault, byte[] signature) => new JsonObject
        {
            ["fault"] = fault,
            ["digest"] = digest.ToString(),
            ["signature"] = "0x" + Convert.ToHexStringLower(signature),
            ["expectedSigner"] = provider.Address.ToString(),
        };

        return
        [
            Vector(nameof(SignatureFault.HighS), Twin(good).ToArray()),
            Vector(nameof(SignatureFault.WrongSigner), (good with { V = otherV }).ToArray()),
            Vector(nameof(SignatureFault.BadV), (good with { V = (byte)(good.V - 27) }).ToArray()),
            Vector(nameof(SignatureFault.BadV), (good with { V = (byte)(good.V + 2) }).ToArray()),
            Vector(nameof(SignatureFault.BadV), new byte[Signature.Length]),
            Vector(nameof(SignatureFault.ROutOfRange), (good with { R = Bytes32.Zero }).ToArray()),
            Vector(nameof(SignatureFault.ROutOfRange), (good with { R = Signature.CurveOrder }).ToArray()),
            Vector(nameof(SignatureFault.SOutOfRange), (good with { S = Bytes32.Zero }).ToArray()),
            Vector(nameof(SignatureFault.WrongLength), good.ToArray()[..64]),
            Vector(nameof(SignatureFault.WrongLength), [.. good.ToArray(), 0]),
        ];
    }

    /// <summary>The malleable twin: the same signature with s in the upper half.</summary>
    internal static Signature Twin(Signature signature)
    {
        var order = new BigInteger(Signature.CurveOrder.ToArray(), isUnsigned: true, isBigEndian: true);
        var s = new BigInteger(signature.S.ToArray(), isUnsigned: true, isBigEndian: true);
        byte[] high = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] padded = [.. new byte[Bytes32.Length - high.Length], .. high];
        return new Signature(signature.R, Bytes32.FromBytes(padded), (byte)(55 - signature.V));
    }
}
