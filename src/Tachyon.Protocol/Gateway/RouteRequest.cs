using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// A consumer asks the gateway's operator, as a proxy, to pay an exit on its behalf (protocol, Routes, 2). Answered by
/// <see cref="RouteGrant"/> or <see cref="Refused"/>. The same request again, with the same salt and route key, gives the same
/// lock and tag again with a fresh acceptance: also later, for a route whose pool has ended.
/// </summary>
public sealed record RouteRequest : GatewayRequest<RouteGrant>
{
    /// <summary>A request for a route.</summary>
    /// <param name="salt">The salt of the lock's terms, random.</param>
    /// <param name="routeKey">The public key that the consumer made for this route alone.</param>
    /// <param name="exit">The exit that it wants; null for the closest one that fits.</param>
    /// <param name="excluded">Who must not be the exit, such as the relay; at most <see cref="GatewayLimits.MaxExcluded"/>.</param>
    /// <param name="capacityBytes">Bytes that the lock is to hold: a multiple of the proxy's route step.</param>
    /// <param name="maxPricePerMB">The most that the exit may cost, in base units per MB. The lock holds 110 % of the price.</param>
    /// <param name="tolerancePpm">The tolerance of the lock, in parts per million.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too many are excluded.</exception>
    public RouteRequest(
        Bytes32 salt, PublicKey routeKey, Address? exit, IReadOnlyList<Address> excluded, ulong capacityBytes, TokenAmount maxPricePerMB, uint tolerancePpm)
    {
        ArgumentNullException.ThrowIfNull(excluded);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(excluded.Count, GatewayLimits.MaxExcluded, nameof(excluded));
        Salt = salt;
        RouteKey = routeKey;
        Exit = exit;
        Excluded = excluded;
        CapacityBytes = capacityBytes;
        MaxPricePerMB = maxPricePerMB;
        TolerancePpm = tolerancePpm;
    }

    /// <summary>The salt of the lock's terms.</summary>
    public Bytes32 Salt { get; }

    /// <summary>The route's public key.</summary>
    public PublicKey RouteKey { get; }

    /// <summary>The exit that is wanted; null for the closest one that fits.</summary>
    public Address? Exit { get; }

    /// <summary>Who must not be the exit.</summary>
    public IReadOnlyList<Address> Excluded { get; }

    /// <summary>Bytes that the lock is to hold.</summary>
    public ulong CapacityBytes { get; }

    /// <summary>The most that the exit may cost, in base units per MB.</summary>
    public TokenAmount MaxPricePerMB { get; }

    /// <summary>The tolerance of the lock, in parts per million.</summary>
    public uint TolerancePpm { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.RouteRequest;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Bytes32(Salt);
        writer.PublicKey(RouteKey);
        writer.Flag(Exit is not null);
        if (Exit is { } exit)
        {
            writer.Address(exit);
        }

        writer.U8((byte)Excluded.Count);
        foreach (var node in Excluded)
        {
            writer.Address(node);
        }

        writer.U64(CapacityBytes);
        writer.Amount(MaxPricePerMB);
        writer.U32(TolerancePpm);
    }

    internal static RouteRequest? Read(ref GatewayReader reader)
    {
        var salt = reader.Bytes32();
        var routeKey = reader.PublicKey();
        Address? exit = reader.Flag() ? reader.Address() : null;
        var count = reader.Count(0, GatewayLimits.MaxExcluded);
        var excluded = new List<Address>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            excluded.Add(reader.Address());
        }

        var capacityBytes = reader.U64();
        var maxPricePerMB = reader.Amount();
        var tolerancePpm = reader.U32();
        return reader.Failed ? null : new RouteRequest(salt, routeKey, exit, excluded, capacityBytes, maxPricePerMB, tolerancePpm);
    }
}
