using System.Collections.Concurrent;
using System.Reflection;
using Nethereum.ABI;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.ABI.Model;

namespace Nethereum.Contracts;

/// <summary>Signatures of message, event and error classes, computed once.</summary>
public static class ABITypedRegistry
{
    private static readonly ConcurrentDictionary<Type, FunctionABI> Functions = new();
    private static readonly ConcurrentDictionary<Type, EventABI> Events = new();
    private static readonly ConcurrentDictionary<Type, ErrorABI> Errors = new();

    public static FunctionABI GetFunctionABI<TFunctionMessage>()
        => Functions.GetOrAdd(typeof(TFunctionMessage), static type => new FunctionABI(
            Required<FunctionAttribute>(type, "Function").Name,
            Required<FunctionAttribute>(type, "Function").Name + AbiSchema.Of(type).Signature));

    public static EventABI GetEvent<TEvent>()
        => Events.GetOrAdd(typeof(TEvent), static type => new EventABI(
            Required<EventAttribute>(type, "Event").Name,
            Required<EventAttribute>(type, "Event").Name + AbiSchema.Of(type).Signature));

    public static ErrorABI GetError<TError>() => GetError(typeof(TError));

    public static ErrorABI GetError(Type type)
        => Errors.GetOrAdd(type, static key => new ErrorABI(
            Required<ErrorAttribute>(key, "Error").Name,
            Required<ErrorAttribute>(key, "Error").Name + AbiSchema.Of(key).Signature));

    private static TAttribute Required<TAttribute>(Type type, string kind)
        where TAttribute : Attribute
        => type.GetCustomAttribute<TAttribute>(true)
            ?? throw new ArgumentException($"{type} is not a valid {kind} Type");
}
