using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;
using Newtonsoft.Json;

namespace Nethereum.RPC.Eth.DTOs;

/// <summary>A call as eth_call and eth_estimateGas take it.</summary>
public class CallInput
{
    public CallInput()
    {
    }

    public CallInput(string data, string addressTo, string addressFrom, HexBigInteger gas, HexBigInteger value)
    {
        Data = data.EnsureHexPrefix();
        To = addressTo.EnsureHexPrefix();
        From = addressFrom.EnsureHexPrefix();
        Gas = gas;
        Value = value;
    }

    [JsonProperty("from")]
    public string From { get; set; }

    [JsonProperty("to")]
    public string To { get; set; }

    [JsonProperty("gas")]
    public HexBigInteger Gas { get; set; }

    [JsonProperty("value")]
    public HexBigInteger Value { get; set; }

    [JsonProperty("data")]
    public string Data { get; set; }
}
