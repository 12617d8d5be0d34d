using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace StandIns.OrleansRuntime;

/// <summary>A call on the caller's side: the node's filters, the calling grain's own, then the sending.</summary>
internal sealed class OutgoingCall(RuntimeNode node, IOutgoingGrainCallFilter[] filters, GrainReference reference, Invocation invocation, Activation? source)
    : CallContext(invocation), IOutgoingGrainCallContext
{
    private int _stage;
    private Func<Task<object?>> _send = null!;

    public override object Grain => reference;

    public override GrainId? SourceId => source?.GrainId;

    public override GrainId TargetId => reference.GrainId;

    public IGrainContext? SourceContext => source;

    public static async Task<T> Run<T>(RuntimeNode node, IOutgoingGrainCallFilter[] filters, GrainReference reference, Invocation invocation, Activation? source)
    {
        OutgoingCall call = new(node, filters, reference, invocation, source);
        call._send = async () => await call.Node.Send<T>(reference.GrainId, invocation, source);
        await call.Invoke();
        if (call.Response?.Exception is { } exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        }

        return call.Response is null || call.Response == Response.Completed ? default! : (T)call.Response.Result!;
    }

    private RuntimeNode Node => node;

    public override async Task Invoke()
    {
        int stage = _stage++;
        try
        {
            if (stage < filters.Length)
            {
                await filters[stage].Invoke(this);
            }
            else if (stage == filters.Length && source?.GrainInstance is IOutgoingGrainCallFilter own)
            {
                await own.Invoke(this);
            }
            else
            {
                object? result = await _send();
                Response = Invocation.Entry.ResultType == typeof(void) ? Response.Completed : Response.FromResult(result);
            }
        }
        finally
        {
            _stage--;
        }
    }
}
