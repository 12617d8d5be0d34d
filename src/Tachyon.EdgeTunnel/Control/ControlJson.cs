using System.Text.Json.Serialization;

namespace Tachyon.EdgeTunnel.Control;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(ChannelListDocument))]
[JsonSerializable(typeof(ChannelDocument))]
[JsonSerializable(typeof(NewChannelsDocument))]
[JsonSerializable(typeof(ControlErrorDocument))]
internal sealed partial class ControlJson : JsonSerializerContext;
