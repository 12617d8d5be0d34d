using Nethereum.Hex.HexTypes;
using Newtonsoft.Json;

namespace Nethereum.RPC.Eth.DTOs;

/// <summary>A block by number or by tag; the newest when nothing is said.</summary>
[JsonConverter(typeof(BlockParameterJsonConverter))]
public class BlockParameter
{
    public enum BlockParameterType
    {
        latest,
        earliest,
        pending,
        finalized,
        safe,
        blockNumber,
    }

    public BlockParameter()
    {
    }

    public BlockParameter(HexBigInteger blockNumber)
    {
        ParameterType = BlockParameterType.blockNumber;
        BlockNumber = blockNumber;
    }

    public BlockParameter(ulong blockNumber)
        : this(new HexBigInteger(blockNumber))
    {
    }

    public HexBigInteger BlockNumber { get; private set; }

    public BlockParameterType ParameterType { get; private set; }

    public static BlockParameter CreateLatest() => new();

    public static BlockParameter CreatePending() => new() { ParameterType = BlockParameterType.pending };

    public void SetValue(BlockParameterType parameterType)
    {
        if (parameterType == BlockParameterType.blockNumber)
        {
            throw new ArgumentException(
                "Please provide the blockNumber when setting the type as blockNumber", nameof(parameterType));
        }

        ParameterType = parameterType;
        BlockNumber = null;
    }

    public string GetRPCParam()
        => ParameterType == BlockParameterType.blockNumber ? BlockNumber.HexValue : ParameterType.ToString();
}

internal sealed class BlockParameterJsonConverter : JsonConverter<BlockParameter>
{
    public override bool CanRead => false;

    public override BlockParameter ReadJson(
        JsonReader reader, Type objectType, BlockParameter existingValue, bool hasExistingValue, JsonSerializer serializer)
        => throw new NotSupportedException();

    public override void WriteJson(JsonWriter writer, BlockParameter value, JsonSerializer serializer)
        => writer.WriteValue(value.GetRPCParam());
}
