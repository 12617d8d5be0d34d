namespace Tachyon.Protocol.Gateway;

/// <summary>How far an operation on chain is. The numbers are part of the protocol.</summary>
public enum SettlementProgress : byte
{
    /// <summary>Not a state.</summary>
    None = 0,

    /// <summary>Durable in the silo's outbox, not sent yet.</summary>
    Queued = 1,

    /// <summary>Sent; the chain has not included it yet.</summary>
    Sent = 2,

    /// <summary>Included with success at the configured finality.</summary>
    Done = 3,

    /// <summary>The contract or the outbox refused it; the text says why.</summary>
    Failed = 4,
}
