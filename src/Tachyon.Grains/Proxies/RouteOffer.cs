namespace Tachyon.Grains.Proxies;

/// <summary>A route that a proxy takes, or why it does not.</summary>
/// <param name="Refusal">Why not; then nothing else is set.</param>
/// <param name="Terms">The lock's terms.</param>
/// <param name="Exit">The exit.</param>
/// <param name="Endpoint">Where it is reached, host:port.</param>
/// <param name="ExitPricePerMB">What the proxy pays it, in base units per MB.</param>
/// <param name="Grant">The tag and the acceptance.</param>
public sealed record RouteOffer(
    RouteRefusal Refusal, Terms? Terms, Address Exit, string Endpoint, TokenAmount ExitPricePerMB, RouteGrantResult? Grant)
{
    /// <summary>A refusal.</summary>
    public static RouteOffer Refused(RouteRefusal refusal) => new(refusal, null, default, "", TokenAmount.Zero, null);
}
