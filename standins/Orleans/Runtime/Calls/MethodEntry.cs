using System.Linq.Expressions;
using System.Reflection;
using Orleans;
using Orleans.CodeGeneration;
using Orleans.Concurrency;
using Orleans.Serialization;
using StandIns.OrleansRuntime.Wire;

namespace StandIns.OrleansRuntime;

/// <summary>One method of a grain interface, prepared for calling: codecs, options, and a compiled way to invoke it.</summary>
internal sealed class MethodEntry
{
    private readonly Func<object, object?[], ValueTask<object?>> _invoke;
    private Codec?[]? _argumentCodecs;
    private Codec? _resultCodec;

    public MethodEntry(Type interfaceType, MethodInfo method)
    {
        InterfaceType = interfaceType;
        Method = method;
        Parameters = method.GetParameters();
        if (Parameters.Any(parameter => parameter.ParameterType.IsByRef))
        {
            throw new CodecNotFoundException($"{interfaceType}.{method.Name} must not use out, ref or in parameters");
        }

        if (method.IsGenericMethodDefinition)
        {
            throw new CodecNotFoundException($"{interfaceType}.{method.Name} is generic, which the stand-in does not offer");
        }

        ImmutableParameters = [.. Parameters.Select(parameter => parameter.IsDefined(typeof(ImmutableAttribute)))];
        CancellationIndex = Array.FindIndex(Parameters, parameter => parameter.ParameterType == typeof(CancellationToken));
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        ResultType = ResultOf(method);
        Options = (method.IsDefined(typeof(OneWayAttribute)) || method.ReturnType == typeof(void) ? InvokeMethodOptions.OneWay : 0)
            | (method.IsDefined(typeof(ReadOnlyAttribute)) ? InvokeMethodOptions.ReadOnly : 0)
            | (method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? InvokeMethodOptions.AlwaysInterleave : 0);
        _invoke = Compile();
    }

    public Type InterfaceType { get; }

    public MethodInfo Method { get; }

    public ParameterInfo[] Parameters { get; }

    public bool[] ImmutableParameters { get; }

    /// <summary>Where the cancellation token is among the parameters, or -1.</summary>
    public int CancellationIndex { get; }

    public TimeSpan? Timeout { get; }

    /// <summary>The type of the result; void when there is none.</summary>
    public Type ResultType { get; }

    public InvokeMethodOptions Options { get; }

    public bool IsOneWay => (Options & InvokeMethodOptions.OneWay) != 0;

    public bool IsStream => Method.ReturnType.IsConstructedGenericType && Method.ReturnType.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    public Codec?[] ArgumentCodecs => _argumentCodecs ??= [.. Parameters.Select(parameter =>
        parameter.ParameterType == typeof(CancellationToken) ? null : CodecCatalog.Shared.Get(parameter.ParameterType))];

    public Codec? ResultCodec => ResultType == typeof(void) ? null : _resultCodec ??= CodecCatalog.Shared.Get(ResultType);

    public ValueTask<object?> Invoke(object target, object?[] arguments) => _invoke(target, arguments);

    /// <summary>Runs the method of a stream, whose result is enumerated where it is.</summary>
    public object InvokeStream(object target, object?[] arguments)
    {
        try
        {
            return Method.Invoke(target, arguments)!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }

    public override string ToString() => $"{InterfaceType.Name}.{Method.Name}";

    private static Type ResultOf(MethodInfo method)
    {
        Type type = method.ReturnType;
        if (type == typeof(Task) || type == typeof(ValueTask) || type == typeof(void))
        {
            return typeof(void);
        }

        if (type.IsConstructedGenericType && type.GetGenericTypeDefinition() is { } definition
            && (definition == typeof(Task<>) || definition == typeof(ValueTask<>) || definition == typeof(IAsyncEnumerable<>)))
        {
            return type.GetGenericArguments()[0];
        }

        throw new CodecNotFoundException(
            $"{method.DeclaringType}.{method.Name} returns {type}: grain methods return Task, Task<T>, ValueTask, ValueTask<T>, IAsyncEnumerable<T> or void");
    }

    private Func<object, object?[], ValueTask<object?>> Compile()
    {
        if (IsStream)
        {
            return (_, _) => throw new NotSupportedException("A stream is enumerated, not invoked");
        }

        ParameterExpression target = Expression.Parameter(typeof(object));
        ParameterExpression arguments = Expression.Parameter(typeof(object[]));
        Expression call = Expression.Call(
            Expression.Convert(target, Method.DeclaringType!),
            Method,
            Parameters.Select((parameter, index) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(index)), parameter.ParameterType)));
        Type type = Method.ReturnType;
        if (type == typeof(void))
        {
            call = Expression.Block(call, Expression.Default(typeof(ValueTask<object?>)));
        }
        else
        {
            string name = type.IsGenericType
                ? (type.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(OfTaskResult) : nameof(OfValueTaskResult))
                : (type == typeof(Task) ? nameof(OfTask) : nameof(OfValueTask));
            MethodInfo adapt = typeof(MethodEntry).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
            call = Expression.Call(type.IsGenericType ? adapt.MakeGenericMethod(ResultType) : adapt, call);
        }

        return Expression.Lambda<Func<object, object?[], ValueTask<object?>>>(call, target, arguments).Compile();
    }

    private static ValueTask<object?> OfTask(Task task)
    {
        return task.IsCompletedSuccessfully ? default : Await(task);

        static async ValueTask<object?> Await(Task task)
        {
            await task;
            return null;
        }
    }

    private static ValueTask<object?> OfValueTask(ValueTask task)
    {
        if (task.IsCompletedSuccessfully)
        {
            task.GetAwaiter().GetResult();
            return default;
        }

        return Await(task);

        static async ValueTask<object?> Await(ValueTask task)
        {
            await task;
            return null;
        }
    }

    private static ValueTask<object?> OfTaskResult<T>(Task<T> task)
    {
        return task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : Await(task);

        static async ValueTask<object?> Await(Task<T> task) => await task;
    }

    private static ValueTask<object?> OfValueTaskResult<T>(ValueTask<T> task)
    {
        return task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : Await(task);

        static async ValueTask<object?> Await(ValueTask<T> task) => await task;
    }
}
