using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace StandIns.OrleansRuntime;

/// <summary>Walks a call through filters. What is common to both sides.</summary>
internal abstract class CallContext(Invocation invocation) : IGrainCallContext
{
    private Response? _response;

    public Invocation Invocation { get; } = invocation;

    public IInvokable Request => Invocation;

    public abstract object Grain { get; }

    public abstract GrainId? SourceId { get; }

    public abstract GrainId TargetId { get; }

    public GrainInterfaceType InterfaceType => InterfaceEntry.Of(Invocation.Entry.InterfaceType).Name;

    public string InterfaceName => Invocation.GetInterfaceName();

    public string MethodName => Invocation.GetMethodName();

    public MethodInfo InterfaceMethod => Invocation.Entry.Method;

    public object? Result
    {
        get => Response?.Result;
        set
        {
            if (Response is { Exception: null } response && response != Response.Completed)
            {
                response.Result = value;
            }
            else
            {
                Response = Response.FromResult(value);
            }
        }
    }

    public Response? Response
    {
        get => _response;
        set => _response = value;
    }

    public abstract Task Invoke();
}
