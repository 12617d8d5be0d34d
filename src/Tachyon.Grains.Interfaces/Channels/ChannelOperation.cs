namespace Tachyon.Grains;

/// <summary>An operation on chain that a channel handed to the outbox.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.ChannelOperation")]
public sealed record ChannelOperation
{
    /// <summary>Names the operation in the outbox; asking twice for one id has one effect.</summary>
    [Id(0)]
    public required string OperationId { get; init; }

    /// <summary>What it does.</summary>
    [Id(1)]
    public required IntentKind Kind { get; init; }

    /// <summary>How far it is known to be.</summary>
    [Id(2)]
    public required IntentState State { get; init; }

    /// <summary>Why the contract or the outbox refused it; null unless refused.</summary>
    [Id(3)]
    public ContractRefusal? Refusal { get; init; }
}
