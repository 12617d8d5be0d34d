namespace Tachyon.Grains;

/// <summary>How far an operation is.</summary>
/// <remarks>
/// <code>
/// Queued ──▶ Signed ──▶ Sent ──▶ Mined ──▶ Succeeded
///    │                    ▲         │ └───▶ Refused   (mined, but reverted)
///    └──▶ Refused         └─────────┘  re-organised away
/// </code>
/// </remarks>
[GenerateSerializer, Alias("tachyon.IntentState")]
public enum IntentState
{
    /// <summary>Unknown; never stored.</summary>
    None = 0,

    /// <summary>Durable; no nonce yet.</summary>
    Queued = 1,

    /// <summary>A nonce is taken and the signed transaction is durable; it may or may not have been sent.</summary>
    Signed = 2,

    /// <summary>A node has taken it.</summary>
    Sent = 3,

    /// <summary>In a block that does not yet count as final.</summary>
    Mined = 4,

    /// <summary>Its effect is final.</summary>
    Succeeded = 5,

    /// <summary>It ended without an effect, for the reason given; it will not be tried again.</summary>
    Refused = 6,
}
