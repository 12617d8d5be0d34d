using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using Orleans.Runtime;

namespace StandIns.OrleansRuntime;

/// <summary>Emits, once per interface, the class that turns its methods into calls.</summary>
internal static class ProxyFactory
{
    private static int s_count;

    public static Func<RuntimeNode, GrainId, InterfaceEntry, GrainReference> Make(InterfaceEntry entry)
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(
            new AssemblyName($"Orleans.StandIn.Proxies{Interlocked.Increment(ref s_count)}"), AssemblyBuilderAccess.Run);
        ModuleBuilder module = assembly.DefineDynamicModule("proxies");
        // The real generator emits into the interface's own assembly; here the proxy is let into its internals instead.
        ConstructorInfo ignoresAccess = DefineIgnoresAccess(module);
        foreach (string name in entry.Type.GetInterfaces().Append(entry.Type).SelectMany(Assemblies).Append(typeof(GrainReference).Assembly.GetName().Name!).Distinct())
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(ignoresAccess, [name]));
        }

        TypeBuilder type = module.DefineType($"Proxy_{entry.Type.Name}", TypeAttributes.Class | TypeAttributes.Sealed | TypeAttributes.Public, typeof(GrainReference), [entry.Type]);
        Type[] arguments = [typeof(RuntimeNode), typeof(GrainId), typeof(InterfaceEntry)];
        ConstructorBuilder constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, arguments);
        ILGenerator il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, arguments)!);
        il.Emit(OpCodes.Ret);
        for (int index = 0; index < entry.Methods.Length; index++)
        {
            Emit(type, entry.Methods[index], index);
        }

        Type made = type.CreateType();
        ParameterExpression[] parameters = [.. arguments.Select(Expression.Parameter)];
        return Expression.Lambda<Func<RuntimeNode, GrainId, InterfaceEntry, GrainReference>>(
            Expression.New(made.GetConstructor(arguments)!, parameters), parameters).Compile();
    }

    private static void Emit(TypeBuilder type, MethodEntry entry, int index)
    {
        MethodInfo method = entry.Method;
        Type[] parameters = [.. entry.Parameters.Select(parameter => parameter.ParameterType)];
        MethodBuilder proxy = type.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            parameters);
        ILGenerator il = proxy.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldc_I4, parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (int i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Box, parameters[i]);
            il.Emit(OpCodes.Stelem_Ref);
        }

        Type result = method.ReturnType;
        string invoke = result == typeof(void) ? nameof(GrainReference.CallVoid)
            : result == typeof(Task) ? nameof(GrainReference.CallTask)
            : result == typeof(ValueTask) ? nameof(GrainReference.CallValueTask)
            : result.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(GrainReference.CallTaskOf)
            : result.GetGenericTypeDefinition() == typeof(ValueTask<>) ? nameof(GrainReference.CallValueTaskOf)
            : nameof(GrainReference.CallStream);
        MethodInfo target = typeof(GrainReference).GetMethod(invoke, BindingFlags.Instance | BindingFlags.NonPublic)!;
        il.Emit(OpCodes.Call, target.IsGenericMethodDefinition ? target.MakeGenericMethod(entry.ResultType) : target);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(proxy, method);
    }

    private static IEnumerable<string> Assemblies(Type type) =>
        type.GetMethods().SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            .SelectMany(Flatten)
            .Append(type)
            .Select(part => part.Assembly.GetName().Name!);

    private static IEnumerable<Type> Flatten(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Flatten).Append(type) : [type];

    private static ConstructorInfo DefineIgnoresAccess(ModuleBuilder module)
    {
        TypeBuilder type = module.DefineType(
            "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute", TypeAttributes.Public | TypeAttributes.Class, typeof(Attribute));
        FieldBuilder field = type.DefineField("_name", typeof(string), FieldAttributes.Private);
        ConstructorBuilder constructor = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(string)]);
        ILGenerator il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, typeof(Attribute).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [])!);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Stfld, field);
        il.Emit(OpCodes.Ret);
        MethodBuilder getter = type.DefineMethod("get_AssemblyName", MethodAttributes.Public, typeof(string), []);
        il = getter.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, field);
        il.Emit(OpCodes.Ret);
        PropertyBuilder property = type.DefineProperty("AssemblyName", PropertyAttributes.None, typeof(string), null);
        property.SetGetMethod(getter);
        return type.CreateType().GetConstructor([typeof(string)])!;
    }
}
