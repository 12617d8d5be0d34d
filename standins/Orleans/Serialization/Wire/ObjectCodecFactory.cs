using System.Reflection;
using System.Runtime.ExceptionServices;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>Makes codecs of marked types from their numbered members.</summary>
internal static class ObjectCodecFactory
{
    public static Codec Make(Type type, CodecCatalog catalog)
    {
        bool isImmutable = Contract.IsImmutable(type);
        Codec codec = type.IsValueType
            ? (Codec)Activator.CreateInstance(typeof(StructCodec<>).MakeGenericType(type), [isImmutable])!
            : (Codec)Activator.CreateInstance(typeof(ObjectCodec<>).MakeGenericType(type), catalog, isImmutable)!;
        Fill(codec, type, catalog, typeof(object));
        return codec;
    }

    public static Codec MakeException(Type type, CodecCatalog catalog)
    {
        bool known = type.Namespace is { } space
            && (space.StartsWith("System", StringComparison.Ordinal) || space.StartsWith("Microsoft", StringComparison.Ordinal) || space.StartsWith("Azure", StringComparison.Ordinal));
        Codec codec = (Codec)Activator.CreateInstance(typeof(ExceptionCodec<>).MakeGenericType(type), catalog)!;
        if (!known && type != typeof(Orleans.Serialization.UnavailableExceptionFallbackException))
        {
            Fill(codec, type, catalog, typeof(Exception));
        }

        return codec;
    }

    private static void Fill(Codec codec, Type type, CodecCatalog catalog, Type root)
    {
        catalog.Names.Add(type);
        Invoke(nameof(FillTyped), [type], codec, catalog, root);
    }

    private static void FillTyped<T>(Codec codec, CodecCatalog catalog, Type root)
    {
        List<MemberLevel<T>> levels = [];
        foreach (Type declaring in Contract.Levels(typeof(T), root))
        {
            levels.Add(new MemberLevel<T>([.. Contract.Members(declaring)
                .Select(member => (Member<T>)Invoke(nameof(MakeMember), [typeof(T), member.Field.FieldType], member.Id, member.Field, catalog)!)]));
        }

        codec.GetType().GetMethod(nameof(StructCodec<int>.SetLevels))!.Invoke(codec, [levels.ToArray()]);
    }

    private static Member<TOwner> MakeMember<TOwner, TMember>(uint id, FieldInfo field, CodecCatalog catalog)
    {
        try
        {
            return Member<TOwner, TMember>.ForField(id, field, catalog.Get<TMember>());
        }
        catch (Orleans.Serialization.CodecNotFoundException exception)
        {
            throw new Orleans.Serialization.CodecNotFoundException($"{exception.Message} (met as {field.DeclaringType}.{Contract.MemberName(field)})");
        }
    }

    private static object? Invoke(string method, Type[] types, params object[] values)
    {
        try
        {
            return typeof(ObjectCodecFactory).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(types).Invoke(null, values);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }
}
