using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>A signed transaction, kept before it is sent.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.OutboxAttempt")]
internal sealed record OutboxAttempt
{
    [Id(0)]
    public required Bytes32 Hash { get; init; }

    /// <summary>The bytes to send, as often as needed; empty once a newer attempt has taken its place.</summary>
    [Id(1)]
    public required byte[] Raw { get; init; }

    [Id(2)]
    public required BigInteger MaxFeePerGasWei { get; init; }

    [Id(3)]
    public required BigInteger MaxPriorityFeePerGasWei { get; init; }

    [Id(4)]
    public required ulong GasLimit { get; init; }

    /// <summary>Unix milliseconds.</summary>
    [Id(5)]
    public required ulong SignedAtMs { get; init; }

    /// <summary>True when it does nothing but use up the nonce, so that those behind it can go on.</summary>
    [Id(6)]
    public bool IsFiller { get; init; }

    /// <summary>The newest block when it was signed.</summary>
    [Id(7)]
    public ulong SignedAtBlock { get; init; }

    internal FeeCaps Fees => new(MaxFeePerGasWei, MaxPriorityFeePerGasWei);

    internal SignedTransaction Transaction => new(Hash, Raw);

    internal OutboxAttempt WithoutBytes() => Raw.Length == 0 ? this : this with { Raw = [] };
}
