using System.Globalization;
using System.Numerics;
using Newtonsoft.Json;

namespace Nethereum.Hex.HexTypes;

internal sealed class HexBigIntegerJsonConverter : JsonConverter<HexBigInteger>
{
    public override HexBigInteger ReadJson(
        JsonReader reader, Type objectType, HexBigInteger existingValue, bool hasExistingValue, JsonSerializer serializer)
        => reader.Value switch
        {
            null => null,
            string hex => new HexBigInteger(hex),
            // Some nodes answer with plain numbers.
            BigInteger number => new HexBigInteger(number),
            var number => new HexBigInteger(BigInteger.Parse(
                Convert.ToString(number, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        };

    public override void WriteJson(JsonWriter writer, HexBigInteger value, JsonSerializer serializer)
        => writer.WriteValue(value?.HexValue);
}
