using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;

namespace Tachyon.Protocol.Routes;

/// <summary>One route as its exit knows it.</summary>
/// <param name="Tag">The route's tag.</param>
/// <param name="RouteKey">Who may use it: whoever proves this key, which the consumer made for the route alone.</param>
/// <param name="CreditBytes">How much the proxy stands for, cumulative.</param>
/// <param name="CountBytes">Payload bytes served, both directions, all sessions; not rounded.</param>
/// <param name="Newest">The newest signed count; null before the first.</param>
public readonly record struct ExitRoute(Bytes32 Tag, Address RouteKey, ulong CreditBytes, ulong CountBytes, SignedTagCount? Newest);

/// <summary>All that an exit must not forget of the routes of one pool, beside the pool's own ledger.</summary>
public sealed record ExitState(IReadOnlyList<ExitRoute> Routes)
{
    /// <summary>No routes.</summary>
    public static ExitState New { get; } = new([]);
}

/// <summary>The proxy named a route.</summary>
public sealed record RouteAdmitted(Bytes32 Tag, Address RouteKey) : LedgerRecord;

/// <summary>The proxy stands for more of a route.</summary>
public sealed record TagCreditTaken(Bytes32 Tag, ulong BytesUsed) : LedgerRecord;

/// <summary>The exit signed what it served of a route.</summary>
/// <param name="Count">The signed count.</param>
/// <param name="CountBytes">The same, not rounded.</param>
public sealed record TagCountSigned(SignedTagCount Count, ulong CountBytes) : LedgerRecord;

/// <summary>A route is over.</summary>
public sealed record RouteForgotten(Bytes32 Tag) : LedgerRecord;
