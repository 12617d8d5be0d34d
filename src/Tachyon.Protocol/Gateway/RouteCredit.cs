using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>One route of a <see cref="RouteCredits"/>.</summary>
/// <param name="Tag">What the exit knows it by.</param>
/// <param name="RouteKey">Who may use it: the address of the key that the consumer made for it. It stays as first said.</param>
/// <param name="BytesUsed">How much the proxy stands for, cumulative.</param>
/// <param name="Signature">The proxy's, on <c>TagCredit(channelId, tag, bytesUsed)</c> of the pool.</param>
public sealed record RouteCredit(Bytes32 Tag, Address RouteKey, ulong BytesUsed, Signature Signature)
{
    /// <summary>Bytes of an entry.</summary>
    internal const int Length = 125;

    internal void Write(GatewayWriter writer)
    {
        writer.Bytes32(Tag);
        writer.Address(RouteKey);
        writer.U64(BytesUsed);
        writer.Signature(Signature);
    }

    internal static RouteCredit? Read(ref GatewayReader reader)
    {
        var tag = reader.Bytes32();
        var routeKey = reader.Address();
        var bytesUsed = reader.U64();
        var signature = reader.Signature();
        return reader.Failed ? null : new RouteCredit(tag, routeKey, bytesUsed, signature);
    }
}
