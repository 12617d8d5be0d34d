namespace Tachyon.Grains.Settlement;

/// <summary>
/// What an outbox stores once: its nonces. Small, however many operations there are, and its etag lets only one activation
/// give nonces away. Immutable.
/// </summary>
[GenerateSerializer, Immutable, Alias("tachyon.OutboxHead")]
internal sealed record OutboxHead
{
    /// <summary>The nonce that the next operation takes; null until the chain was asked for the first time.</summary>
    [Id(0)]
    public ulong? NextNonce { get; init; }

    /// <summary>Operations are kept in the slots below this number, and nowhere else.</summary>
    [Id(1)]
    public int Slots { get; init; }

    /// <summary>The nonces given away whose transactions may not be kept yet.</summary>
    [Id(2)]
    public OutboxGrant[] Grants { get; init; } = [];

    /// <summary>Grows with each activation: whoever finds another than its own is no longer the outbox.</summary>
    [Id(3)]
    public ulong Epoch { get; init; }
}
