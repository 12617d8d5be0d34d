namespace Tachyon.Protocol.Evidence;

/// <summary>
/// How far a party's own part in a channel has come. Only <see cref="Serving"/> counts, serves and signs units.
/// <code>
/// Serving ─ dispute unit signed or received ─→ Disputed ─┐
///    │                                          │        ├─ own closure signed ─→ Closed
///    ├─ a contradiction proved ─→ Contradicted ─┴────────┘
///    └─ own closure signed ─→ Closed
/// </code>
/// The numbers are stored.
/// </summary>
public enum LedgerPhase : byte
{
    /// <summary>No phase; never stored.</summary>
    None = 0,

    /// <summary>Counting, serving and signing.</summary>
    Serving = 1,

    /// <summary>The provider's last unit disputes the consumer's: only a closure or a close remains.</summary>
    Disputed = 2,

    /// <summary>This side signed a closure, so it serves and signs no more.</summary>
    Closed = 3,

    /// <summary>The other side contradicted itself provably, so this side deals with it no more.</summary>
    Contradicted = 4,
}
