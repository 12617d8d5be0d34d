using System.Reflection;
using Orleans.CodeGeneration;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace StandIns.OrleansRuntime;

/// <summary>A method and its arguments, as filters may read and change them.</summary>
internal sealed class Invocation(MethodEntry entry, object?[] arguments) : IRequest
{
    private ITargetHolder? _target;

    public MethodEntry Entry { get; } = entry;

    public object?[] Arguments { get; } = arguments;

    public InvokeMethodOptions Options { get; private set; } = entry.Options;

    public bool IsCancellable => Entry.CancellationIndex >= 0;

    public void AddInvokeMethodOptions(InvokeMethodOptions options) => Options |= options;

    public object? GetTarget() => _target?.GetTarget();

    public void SetTarget(ITargetHolder holder) => _target = holder;

    public async ValueTask<Response> Invoke()
    {
        try
        {
            object? result = await Entry.Invoke(_target!.GetTarget()!, Arguments);
            return Entry.ResultCodec is null ? Response.Completed : Response.FromResult(result);
        }
        catch (Exception exception)
        {
            return Response.FromException(exception);
        }
    }

    public int GetArgumentCount() => Arguments.Length;

    public object? GetArgument(int index) => Arguments[index];

    public void SetArgument(int index, object value) => Arguments[index] = value;

    public string GetMethodName() => Entry.Method.Name;

    public string GetInterfaceName() => Entry.InterfaceType.FullName!;

    public string GetActivityName() => $"{Entry.InterfaceType.Name}/{Entry.Method.Name}";

    public MethodInfo GetMethod() => Entry.Method;

    public Type GetInterfaceType() => Entry.InterfaceType;

    public TimeSpan? GetDefaultResponseTimeout() => Entry.Timeout;

    public CancellationToken GetCancellationToken() => IsCancellable && Arguments[Entry.CancellationIndex] is CancellationToken token ? token : default;

    public void Dispose()
    {
    }

    public override string ToString() => $"{Entry}({Arguments.Length})";
}
