using System.Numerics;
using Tachyon.Chain;

namespace Tachyon.Grains.Settlement;

/// <summary>What became of a mined attempt.</summary>
[GenerateSerializer, Immutable, Alias("tachyon.OutboxReceipt")]
internal sealed record OutboxReceipt
{
    [Id(0)]
    public required Bytes32 TransactionHash { get; init; }

    [Id(1)]
    public required ulong BlockNumber { get; init; }

    [Id(2)]
    public required Bytes32 BlockHash { get; init; }

    [Id(3)]
    public required ulong GasUsed { get; init; }

    [Id(4)]
    public required BigInteger GasPriceWei { get; init; }

    /// <summary>False when it was mined and changed nothing.</summary>
    [Id(5)]
    public required bool Succeeded { get; init; }

    internal static OutboxReceipt Of(ChainReceipt receipt) => new()
    {
        TransactionHash = receipt.TransactionHash,
        BlockNumber = receipt.BlockNumber,
        BlockHash = receipt.BlockHash,
        GasUsed = receipt.GasUsed,
        GasPriceWei = receipt.GasPrice,
        Succeeded = receipt.Succeeded,
    };
}
