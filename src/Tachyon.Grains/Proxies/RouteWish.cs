namespace Tachyon.Grains.Proxies;

/// <summary>What a consumer asks of a proxy.</summary>
/// <param name="Consumer">The consumer, whose key was proved.</param>
/// <param name="Target">Its match target, to which exits are ranked.</param>
/// <param name="Salt">The salt of the lock.</param>
/// <param name="RouteKey">The public key that it made for the route.</param>
/// <param name="Exit">The exit that it names; null for the closest one that fits.</param>
/// <param name="Excluded">Who must not be the exit.</param>
/// <param name="CapacityBytes">Bytes that the lock is to hold.</param>
/// <param name="MaxPricePerMB">The most that the exit may cost, in base units per MB.</param>
/// <param name="TolerancePpm">The lock's tolerance, in parts per million.</param>
public sealed record RouteWish(
    Address Consumer,
    Address Target,
    Bytes32 Salt,
    PublicKey RouteKey,
    Address? Exit,
    IReadOnlyList<Address> Excluded,
    ulong CapacityBytes,
    TokenAmount MaxPricePerMB,
    uint TolerancePpm);
