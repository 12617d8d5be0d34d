using System.Reflection;
using System.Reflection.Emit;

namespace StandIns.OrleansRuntime.Wire;

internal delegate TMember MemberGetter<TOwner, TMember>(ref TOwner owner);

internal delegate void MemberSetter<TOwner, TMember>(ref TOwner owner, TMember value);

/// <summary>One numbered member of a type.</summary>
internal abstract class Member<TOwner>(uint key)
{
    /// <summary>The member's number, shifted: bit 0 says whether a length precedes the value.</summary>
    public uint Key { get; } = key;

    public abstract void Write(WireWriter writer, ref TOwner owner);

    public abstract void Read(WireReader reader, ref TOwner owner);
}

internal sealed class Member<TOwner, TMember>(uint key, Codec<TMember> codec, MemberGetter<TOwner, TMember> get, MemberSetter<TOwner, TMember> set)
    : Member<TOwner>(key)
{
    public override void Write(WireWriter writer, ref TOwner owner) => codec.Write(writer, get(ref owner));

    public override void Read(WireReader reader, ref TOwner owner) => set(ref owner, codec.Read(reader));

    /// <summary>Reads and writes the field itself, whoever may see it and whether or not it is readonly, as generated code does.</summary>
    public static Member<TOwner> ForField(uint id, FieldInfo field, Codec<TMember> codec)
    {
        bool isValueType = field.DeclaringType!.IsValueType;
        DynamicMethod get = new("get", typeof(TMember), [typeof(TOwner).MakeByRefType()], typeof(TOwner).Module, skipVisibility: true);
        ILGenerator il = get.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        if (!isValueType)
        {
            il.Emit(OpCodes.Ldind_Ref);
        }

        il.Emit(OpCodes.Ldfld, field);
        il.Emit(OpCodes.Ret);

        DynamicMethod set = new("set", typeof(void), [typeof(TOwner).MakeByRefType(), typeof(TMember)], typeof(TOwner).Module, skipVisibility: true);
        il = set.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        if (!isValueType)
        {
            il.Emit(OpCodes.Ldind_Ref);
        }

        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, field);
        il.Emit(OpCodes.Ret);

        return new Member<TOwner, TMember>(
            (id << 1) | (codec.IsVar ? 0u : 1u),
            codec,
            get.CreateDelegate<MemberGetter<TOwner, TMember>>(),
            set.CreateDelegate<MemberSetter<TOwner, TMember>>());
    }
}
