using Nethereum.Hex.HexTypes;
using Newtonsoft.Json;

namespace Nethereum.RPC.Eth.DTOs;

/// <summary>A transaction the node knows; without a block number it is still pending.</summary>
public class Transaction
{
    [JsonProperty("hash")]
    public string TransactionHash { get; set; }

    [JsonProperty("from")]
    public string From { get; set; }

    [JsonProperty("to")]
    public string To { get; set; }

    [JsonProperty("nonce")]
    public HexBigInteger Nonce { get; set; }

    [JsonProperty("gas")]
    public HexBigInteger Gas { get; set; }

    [JsonProperty("value")]
    public HexBigInteger Value { get; set; }

    [JsonProperty("input")]
    public string Input { get; set; }

    [JsonProperty("blockNumber")]
    public HexBigInteger BlockNumber { get; set; }

    [JsonProperty("blockHash")]
    public string BlockHash { get; set; }
}

/// <summary>What became of a mined transaction.</summary>
public class TransactionReceipt
{
    [JsonProperty("transactionHash")]
    public string TransactionHash { get; set; }

    [JsonProperty("from")]
    public string From { get; set; }

    [JsonProperty("to")]
    public string To { get; set; }

    [JsonProperty("blockNumber")]
    public HexBigInteger BlockNumber { get; set; }

    [JsonProperty("blockHash")]
    public string BlockHash { get; set; }

    [JsonProperty("gasUsed")]
    public HexBigInteger GasUsed { get; set; }

    [JsonProperty("effectiveGasPrice")]
    public HexBigInteger EffectiveGasPrice { get; set; }

    [JsonProperty("contractAddress")]
    public string ContractAddress { get; set; }

    [JsonProperty("status")]
    public HexBigInteger Status { get; set; }

    [JsonProperty("logs")]
    public FilterLog[] Logs { get; set; }
}

public static class TransactionReceiptExtensions
{
    /// <summary>False for a transaction that was mined and reverted: nothing throws then.</summary>
    public static bool Succeeded(this TransactionReceipt receipt, bool treatNullStatusAsFailure = false)
        => receipt.Status is null ? !treatNullStatusAsFailure : !receipt.Status.Value.IsZero;
}
