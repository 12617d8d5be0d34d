namespace Tachyon.Grains.Durability;

/// <summary>
/// A change could not be made durable, or nobody knows whether it was. Nothing was acknowledged; asking again is
/// right, and safe.
/// </summary>
[GenerateSerializer, Alias("tachyon.StorageFaultException")]
public sealed class StorageFaultException : Exception
{
    /// <summary>For the serializer.</summary>
    public StorageFaultException()
    {
    }

    /// <summary>Wraps what the storage reported; only its text crosses to callers, who may not know its type.</summary>
    public StorageFaultException(Exception fault)
        : base($"the state could not be made durable: {fault?.Message}")
    {
    }

    /// <summary>With a message.</summary>
    public StorageFaultException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public StorageFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
