namespace Tachyon.Grains.Settlement;

/// <summary>A nonce given to an operation. Written with the head, before anything is signed with the nonce.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.OutboxGrant")]
internal sealed record OutboxGrant
{
    [Id(0)]
    public required ulong Nonce { get; init; }

    /// <summary>Where the operation is kept.</summary>
    [Id(1)]
    public required int Slot { get; init; }

    /// <summary>The operation, since slots are used again.</summary>
    [Id(2)]
    public required string OperationId { get; init; }
}
