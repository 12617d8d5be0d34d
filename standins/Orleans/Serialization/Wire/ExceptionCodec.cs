using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.Serialization;
using Orleans;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>
/// Exceptions: message, stack trace, inner exception, result code and data, then the numbered members of a marked type.
/// Types of System, Microsoft and Azure need no mark; others without <see cref="GenerateSerializerAttribute"/> are refused.
/// </summary>
internal sealed class ExceptionCodec<T>(CodecCatalog catalog) : Codec<T?>
    where T : Exception
{
    private MemberLevel<T>[] _levels = [];

    public void SetLevels(MemberLevel<T>[] levels) => _levels = levels;

    public override void Write(WireWriter writer, T? value)
    {
        if (value is null)
        {
            writer.Byte(0);
            return;
        }

        if (value.GetType() != typeof(T))
        {
            PolymorphicCodec.WriteNamed(writer, catalog, value);
            return;
        }

        writer.Byte(1);
        writer.Enter();
        ExceptionFields.Write(writer, catalog, value);
        foreach (MemberLevel<T> level in _levels)
        {
            level.Write(writer, ref value!);
        }

        writer.Leave();
    }

    public override T? Read(WireReader reader)
    {
        switch (reader.Byte())
        {
            case 0:
                return null;
            case 1:
                reader.Enter();
                T value = (T)ExceptionFields.Read(reader, catalog, typeof(T));
                foreach (MemberLevel<T> level in _levels)
                {
                    level.Read(reader, ref value);
                }

                reader.Leave();
                return value;
            default:
                return (T?)PolymorphicCodec.ReadNamed(reader, catalog);
        }
    }
}

internal static class ExceptionFields
{
    private static readonly ConstructorInfo s_restore = typeof(Exception).GetConstructor(
        BindingFlags.Instance | BindingFlags.NonPublic, [typeof(SerializationInfo), typeof(StreamingContext)])!;

    public static void Write(WireWriter writer, CodecCatalog catalog, Exception value)
    {
        Codec<string?> text = catalog.Get<string?>();
        SerializationInfo info = new(value.GetType(), new FormatterConverter());
        value.GetObjectData(info, new StreamingContext(StreamingContextStates.All));
        // Not value.Message: types that compose it, like AggregateException, would compose it twice.
        text.Write(writer, info.GetString("Message"));
        text.Write(writer, value.StackTrace);
        writer.Var(unchecked((uint)value.HResult));
        catalog.Get<Exception?>().Write(writer, value is AggregateException ? null : value.InnerException);
        catalog.Get<Exception[]?>().Write(writer, value is AggregateException aggregate ? [.. aggregate.InnerExceptions] : null);
        Codec<object?> any = catalog.Get<object?>();
        writer.Var((ulong)value.Data.Count);
        foreach (System.Collections.DictionaryEntry entry in value.Data)
        {
            any.Write(writer, entry.Key);
            any.Write(writer, entry.Value);
        }
    }

    public static Exception Read(WireReader reader, CodecCatalog catalog, Type type)
    {
        Codec<string?> text = catalog.Get<string?>();
        string? message = text.Read(reader);
        string? stackTrace = text.Read(reader);
        int result = unchecked((int)(uint)reader.Var());
        Exception? inner = catalog.Get<Exception?>().Read(reader);
        Exception[]? inners = catalog.Get<Exception[]?>().Read(reader);
        Exception value = inners is not null ? new AggregateException(inners) : Create(type);
        SerializationInfo info = new(typeof(Exception), new FormatterConverter());
        info.AddValue("ClassName", type.ToString(), typeof(string));
        info.AddValue("Message", message, typeof(string));
        info.AddValue("Data", null, typeof(System.Collections.IDictionary));
        info.AddValue("InnerException", inners is { Length: > 0 } ? inners[0] : inner, typeof(Exception));
        info.AddValue("HelpURL", null, typeof(string));
        info.AddValue("StackTraceString", null, typeof(string));
        info.AddValue("RemoteStackTraceString", null, typeof(string));
        info.AddValue("RemoteStackIndex", 0, typeof(int));
        info.AddValue("ExceptionMethod", null, typeof(string));
        info.AddValue("HResult", result);
        info.AddValue("Source", null, typeof(string));
        info.AddValue("WatsonBuckets", null, typeof(byte[]));
        s_restore.Invoke(value, [info, new StreamingContext(StreamingContextStates.All)]);
        Codec<object?> any = catalog.Get<object?>();
        for (int left = reader.Count(); left > 0; left--)
        {
            object key = any.Read(reader)!;
            value.Data[key] = any.Read(reader);
        }

        if (stackTrace is not null)
        {
            ExceptionDispatchInfo.SetRemoteStackTrace(value, stackTrace);
        }

        return value;
    }

    private static Exception Create(Type type) => type.GetConstructor([]) is { } constructor
        ? (Exception)constructor.Invoke(null)
        : (Exception)RuntimeHelpers.GetUninitializedObject(type);
}
