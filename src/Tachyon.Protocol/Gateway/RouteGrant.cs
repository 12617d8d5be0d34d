using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The proxy takes a route. The consumer checks all of it: that the terms are those of a lock between the two, with its own
/// salt, capacity and tolerance, a price within its limit, and that the tag is the hash of its parts (<see cref="RouteTag"/>).
/// Then it opens the lock with the acceptance, straight to active.
/// </summary>
/// <param name="Terms">The lock's terms. Its deposit is 110 % of the price, of which the proxy keeps the ten.</param>
/// <param name="ExpirySeconds">The last second, in Unix time, at which the acceptance holds.</param>
/// <param name="Acceptance">The proxy's signature on <c>Acceptance(channelId, expiry)</c> of the lock.</param>
/// <param name="Exit">The exit.</param>
/// <param name="Endpoint">Where the exit is reached, host:port: the target that the consumer asks its relay for.</param>
/// <param name="ExitPricePerMB">What the proxy pays the exit, in base units per MB; never above the lock's price.</param>
/// <param name="Tag">What the exit will know the route by.</param>
/// <param name="TagTimestampMs">The time in the tag, Unix milliseconds.</param>
/// <param name="TagRandom">The random part of the tag.</param>
/// <param name="StepBytes">The proxy's route step: units stop at each, and the last one states one (protocol, Routes, 8).</param>
public sealed record RouteGrant(
    Terms Terms,
    ulong ExpirySeconds,
    Signature Acceptance,
    Address Exit,
    string Endpoint,
    TokenAmount ExitPricePerMB,
    Bytes32 Tag,
    ulong TagTimestampMs,
    Bytes32 TagRandom,
    ulong StepBytes) : GatewayReply
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.RouteGrant;

    internal override int SizeHint => 768;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Terms(Terms);
        writer.U64(ExpirySeconds);
        writer.Signature(Acceptance);
        writer.Address(Exit);
        writer.Text(Endpoint, GatewayLimits.MaxEndpointBytes);
        writer.Amount(ExitPricePerMB);
        writer.Bytes32(Tag);
        writer.U64(TagTimestampMs);
        writer.Bytes32(TagRandom);
        writer.U64(StepBytes);
    }

    internal static RouteGrant? Read(ref GatewayReader reader)
    {
        var terms = reader.Terms();
        var expirySeconds = reader.U64();
        var acceptance = reader.Signature();
        var exit = reader.Address();
        var endpoint = reader.Text(GatewayLimits.MaxEndpointBytes);
        var exitPricePerMB = reader.Amount();
        var tag = reader.Bytes32();
        var tagTimestampMs = reader.U64();
        var tagRandom = reader.Bytes32();
        var stepBytes = reader.U64();
        return reader.Failed
            ? null
            : new RouteGrant(terms!, expirySeconds, acceptance, exit, endpoint, exitPricePerMB, tag, tagTimestampMs, tagRandom, stepBytes);
    }
}
