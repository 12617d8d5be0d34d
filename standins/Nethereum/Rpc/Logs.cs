using Nethereum.Hex.HexTypes;
using Newtonsoft.Json;

namespace Nethereum.RPC.Eth.DTOs;

/// <summary>Which logs to get; both ends are the newest block when nothing is said.</summary>
public class NewFilterInput
{
    [JsonProperty("fromBlock")]
    public BlockParameter FromBlock { get; set; } = new();

    [JsonProperty("toBlock")]
    public BlockParameter ToBlock { get; set; } = new();

    [JsonProperty("address")]
    public string[] Address { get; set; }

    [JsonProperty("topics")]
    public object[] Topics { get; set; }
}

/// <summary>A log.</summary>
public class FilterLog
{
    [JsonProperty("removed")]
    public bool Removed { get; set; }

    [JsonProperty("address")]
    public string Address { get; set; }

    [JsonProperty("data")]
    public string Data { get; set; }

    [JsonProperty("topics")]
    public object[] Topics { get; set; }

    [JsonProperty("blockNumber")]
    public HexBigInteger BlockNumber { get; set; }

    [JsonProperty("blockHash")]
    public string BlockHash { get; set; }

    [JsonProperty("transactionHash")]
    public string TransactionHash { get; set; }

    [JsonProperty("transactionIndex")]
    public HexBigInteger TransactionIndex { get; set; }

    [JsonProperty("logIndex")]
    public HexBigInteger LogIndex { get; set; }
}
