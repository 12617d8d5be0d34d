using Nethereum.Hex.HexTypes;
using Newtonsoft.Json;

namespace Nethereum.RPC.Eth.DTOs;

/// <summary>A block's header.</summary>
public class Block
{
    [JsonProperty("number")]
    public HexBigInteger Number { get; set; }

    [JsonProperty("hash")]
    public string BlockHash { get; set; }

    [JsonProperty("parentHash")]
    public string ParentHash { get; set; }

    [JsonProperty("timestamp")]
    public HexBigInteger Timestamp { get; set; }

    [JsonProperty("baseFeePerGas")]
    public HexBigInteger BaseFeePerGas { get; set; }
}

public class BlockWithTransactionHashes : Block
{
    [JsonProperty("transactions")]
    public string[] TransactionHashes { get; set; }
}
