using Newtonsoft.Json;
using Orleans.Serialization;

namespace Orleans.Storage;

/// <summary>States as JSON: the default.</summary>
public class JsonGrainStorageSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerSettings s_settings = new()
    {
        TypeNameHandling = TypeNameHandling.All,
        PreserveReferencesHandling = PreserveReferencesHandling.Objects,
        DateFormatHandling = DateFormatHandling.IsoDateFormat,
        DefaultValueHandling = DefaultValueHandling.Ignore,
        MissingMemberHandling = MissingMemberHandling.Ignore,
        NullValueHandling = NullValueHandling.Ignore,
        ConstructorHandling = ConstructorHandling.AllowNonPublicDefaultConstructor,
        TypeNameAssemblyFormatHandling = TypeNameAssemblyFormatHandling.Simple,
        Formatting = Formatting.None,
    };

    internal JsonGrainStorageSerializer()
    {
    }

    public BinaryData Serialize<T>(T? value) => new(JsonConvert.SerializeObject(value, typeof(T), s_settings));

    public T? Deserialize<T>(BinaryData input) => JsonConvert.DeserializeObject<T>(input.ToString(), s_settings);
}

/// <summary>States as the serializer's own bytes.</summary>
public class OrleansGrainStorageSerializer(Serializer serializer) : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? value) => new(serializer.SerializeToArray(value));

    public T Deserialize<T>(BinaryData input) => serializer.Deserialize<T>(input.ToMemory());
}
