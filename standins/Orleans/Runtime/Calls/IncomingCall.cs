using System.Reflection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace StandIns.OrleansRuntime;

/// <summary>A call on the callee's side: the silo's filters, the grain's own, then the method.</summary>
internal sealed class IncomingCall(Activation activation, Message message, IIncomingGrainCallFilter[] filters)
    : CallContext(message.Invocation!), IIncomingGrainCallContext
{
    private int _stage;

    public override object Grain => activation.GrainInstance!;

    public override GrainId? SourceId => message.SendingGrain;

    public override GrainId TargetId => message.Target;

    public IGrainContext TargetContext => activation;

    public MethodInfo ImplementationMethod
    {
        get
        {
            MethodInfo method = InterfaceMethod;
            if (!method.DeclaringType!.IsInstanceOfType(Grain))
            {
                return method;
            }

            InterfaceMapping map = Grain.GetType().GetInterfaceMap(method.DeclaringType!);
            return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, method)];
        }
    }

    public override async Task Invoke()
    {
        int stage = _stage++;
        try
        {
            if (stage < filters.Length)
            {
                await filters[stage].Invoke(this);
            }
            else if (stage == filters.Length && Grain is IIncomingGrainCallFilter own)
            {
                await own.Invoke(this);
            }
            else
            {
                await InvokeMethod();
            }
        }
        finally
        {
            _stage--;
        }
    }

    private async Task InvokeMethod()
    {
        object? result = await Invocation.Entry.Invoke(Grain, Invocation.Arguments);
        Response = Invocation.Entry.ResultCodec is null ? Response.Completed : Response.FromResult(result);
    }
}
