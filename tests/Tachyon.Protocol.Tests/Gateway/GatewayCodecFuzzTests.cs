using FsCheck;
using FsCheck.Fluent;
using Tachyon.Protocol.Gateway;

namespace Tachyon.Protocol.Tests.Gateway;

/// <summary>Whatever arrives, decoding ends in a message or a fault, and a message decoded is the only one with its bytes.</summary>
public sealed class GatewayCodecFuzzTests
{
    private static readonly GatewayMessageKind[] Kinds = [.. GatewayMessageSamples.Kinds];

    [Fact]
    public void TryDecode_RandomBytes_NeverThrow()
    {
        var wild = Gen.Choose(0, 255).Select(x => (byte)x).ArrayOf();
        var aimed =
            from kind in Gen.Elements(Kinds)
            from body in wild
            select (byte[])[(byte)kind, 0, 0, 0, (byte)((byte)kind > 0xC0 ? 0 : 1), .. body];

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Gen.OneOf(wild, aimed).ToArbitrary(), IsCanonicalOrFault));
    }

    [Fact]
    public void TryDecode_MutatedMessages_NeverThrow()
    {
        var mutated =
            from kind in Gen.Elements(Kinds)
            from seed in Gen.Choose(0, 1_000)
            from hits in Gen.Choose(0, int.MaxValue).ArrayOf(3)
            from values in Gen.Choose(0, 255).ArrayOf(3)
            select Mutate(kind, seed, hits, values);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(mutated.ToArbitrary(), IsCanonicalOrFault));
    }

    private static byte[] Mutate(GatewayMessageKind kind, int seed, int[] hits, int[] values)
    {
        var message = new GatewayMessageSamples(seed).Message(kind);
        var bytes = GatewayCodec.Encode(GatewayMessageSamples.RequestIdFor(message), message);
        for (var i = 0; i < hits.Length; i++)
        {
            bytes[hits[i] % bytes.Length] = (byte)values[i];
        }

        return bytes;
    }

    private static bool IsCanonicalOrFault(byte[] bytes)
    {
        var fault = GatewayCodec.TryDecode(bytes, out var envelope, out _);
        return fault != GatewayDecodeFault.None
            ? envelope is null
            : GatewayCodec.Encode(envelope!.RequestId, envelope.Message).AsSpan().SequenceEqual(bytes);
    }
}
