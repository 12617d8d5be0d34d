using System.Numerics;

namespace Tachyon.Grains;

/// <summary>An operation and its transaction, as last made durable.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.IntentView")]
public sealed record IntentView
{
    /// <summary>Names the operation.</summary>
    [Id(0)]
    public required string OperationId { get; init; }

    /// <summary>What it does.</summary>
    [Id(1)]
    public required IntentKind Kind { get; init; }

    /// <summary>The channel.</summary>
    [Id(2)]
    public required ChannelId ChannelId { get; init; }

    /// <summary>How far it is.</summary>
    [Id(3)]
    public required IntentState State { get; init; }

    /// <summary>Its nonce; null while queued.</summary>
    [Id(4)]
    public ulong? Nonce { get; init; }

    /// <summary>The transaction that was mined, or else the newest signed; null while queued.</summary>
    [Id(5)]
    public Bytes32? TransactionHash { get; init; }

    /// <summary>How many times it was signed, each with higher fees; 0 while queued.</summary>
    [Id(6)]
    public int Attempts { get; init; }

    /// <summary>The block it is in; null until mined.</summary>
    [Id(7)]
    public ulong? BlockNumber { get; init; }

    /// <summary>Gas that it used; null until mined.</summary>
    [Id(8)]
    public ulong? GasUsed { get; init; }

    /// <summary>What a unit of gas cost, in wei; null until mined.</summary>
    [Id(9)]
    public BigInteger? GasPriceWei { get; init; }

    /// <summary>Why it ended without an effect; null unless refused.</summary>
    [Id(10)]
    public ContractRefusal? Refusal { get; init; }

    /// <summary>When it was taken in, Unix milliseconds.</summary>
    [Id(11)]
    public ulong EnqueuedAtMs { get; init; }

    /// <summary>When its newest transaction was signed, Unix milliseconds; null while queued.</summary>
    [Id(12)]
    public ulong? SignedAtMs { get; init; }

    /// <summary>When it ended, Unix milliseconds; null while open.</summary>
    [Id(13)]
    public ulong? EndedAtMs { get; init; }

    /// <summary>The most that its newest transaction pays for a unit of gas, in wei; null while queued.</summary>
    [Id(14)]
    public BigInteger? MaxFeePerGasWei { get; init; }

    /// <summary>What of that is a tip at most, in wei; null while queued.</summary>
    [Id(15)]
    public BigInteger? MaxPriorityFeePerGasWei { get; init; }

    /// <summary>Gas that its newest transaction may use; null while queued.</summary>
    [Id(16)]
    public ulong? GasLimit { get; init; }

    /// <summary>How many operations its transaction carries out.</summary>
    [Id(17)]
    public int BatchSize { get; init; } = 1;

    /// <summary>What it waits for, for people to read; null when it waits for nothing but its turn and its block.</summary>
    [Id(18)]
    public string? Waits { get; init; }

    /// <summary>Of a decline: why the provider declines.</summary>
    [Id(19)]
    public RelayRefusal DeclineReason { get; init; }
}
