using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Tests.Gateway;
using Tachyon.Testing.Fuzzing;

namespace Tachyon.Protocol.Tests.Fuzzing;

[Trait("Category", "Fuzz")]
public sealed class GatewayFuzzTests
{
    [Fact]
    public Task Messages_HoweverChanged_AreDecodedToTheirVeryBytesOrRefused() => Fuzzer.RunAsync(
        [.. Enumerable.Range(0, 3).SelectMany(seed => GatewayMessageSamples.Kinds.Select(kind => Encoded(kind, seed)))],
        (input, _) =>
        {
            var fault = GatewayCodec.TryDecode(input, out var envelope, out uint _);
            if (fault != GatewayDecodeFault.None)
            {
                Assert.Null(envelope);
                return;
            }

            Assert.Equal(input, GatewayCodec.Encode(envelope!.RequestId, envelope.Message));
        },
        cases: 10_000);

    private static byte[] Encoded(GatewayMessageKind kind, int seed)
    {
        var message = new GatewayMessageSamples(seed).Message(kind);
        return GatewayCodec.Encode(GatewayMessageSamples.RequestIdFor(message), message);
    }
}
