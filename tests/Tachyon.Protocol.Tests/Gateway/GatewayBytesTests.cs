using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Tests.Vectors;

namespace Tachyon.Protocol.Tests.Gateway;

/// <summary>Edges and silos of different builds meet: the bytes of every message are frozen in vectors/gateway-v1.txt.</summary>
public sealed class GatewayBytesTests
{
    [Fact]
    public void EveryMessage_OfThisVersion_IsAsCommitted() => VectorFile.AssertIsAsCommitted(
        VectorFile.Gateway,
        string.Concat(GatewayMessageSamples.Kinds.Order().Select(Line)),
        "The wire changed: raise GatewayLimits.Version.");

    private static string Line(GatewayMessageKind kind)
    {
        // Seeded per kind, so that a change to one message shows in its own line alone.
        var message = new GatewayMessageSamples((int)kind).Message(kind);
        var bytes = GatewayCodec.Encode(GatewayMessageSamples.RequestIdFor(message), message);
        return $"{kind} {Convert.ToHexStringLower(bytes)}\n";
    }
}
