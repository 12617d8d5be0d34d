using System.Diagnostics;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Activities that go on from a caller to the grain it calls.</summary>
public static class ActivityPropagationSiloBuilderExtensions
{
    public static ISiloBuilder AddActivityPropagation(this ISiloBuilder builder) =>
        builder.AddOutgoingGrainCallFilter<OutgoingActivityFilter>().AddIncomingGrainCallFilter<IncomingActivityFilter>();
}

internal static class GrainActivities
{
    internal const string Header = "traceparent";

    internal static readonly ActivitySource Source = new("Microsoft.Orleans.Application");

    internal static string NameOf(IGrainCallContext call) => $"{call.InterfaceName}/{call.MethodName}";
}

internal sealed class OutgoingActivityFilter : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        using Activity? activity = GrainActivities.Source.StartActivity(GrainActivities.NameOf(context), ActivityKind.Client);
        if ((activity ?? Activity.Current)?.Id is { } id)
        {
            RequestContext.Set(GrainActivities.Header, id);
        }

        await context.Invoke();
    }
}

internal sealed class IncomingActivityFilter : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        ActivityContext.TryParse(RequestContext.Get(GrainActivities.Header) as string, traceState: null, isRemote: true, out ActivityContext parent);
        using Activity? activity = GrainActivities.Source.StartActivity(GrainActivities.NameOf(context), ActivityKind.Server, parent);
        await context.Invoke();
    }
}
