using Tachyon.Silo.Configuration;

namespace Tachyon.Silo.Limits;

/// <summary>What one identity may ask, from wherever it connects. Thread-safe.</summary>
internal sealed class IdentityBudget(GatewayOptions options, TimeProvider time)
{
    public RequestBudget Requests { get; } = new(options.RequestBurst, options.RequestsPerSecond, time);

    /// <summary>Channels named that are unknown here.</summary>
    public RequestBudget UnknownChannels { get; } = new(options.UnknownChannelBurst, options.UnknownChannelsPerSecond, time);

    public bool IsIdle => Requests.IsWhole && UnknownChannels.IsWhole;
}
