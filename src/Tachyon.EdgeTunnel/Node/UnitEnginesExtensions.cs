using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>The engines of a book's channels.</summary>
internal static class UnitEnginesExtensions
{
    /// <summary>
    /// Loads the ledgers of all channels that were ever active, so that what was counted before a restart is known before
    /// the first session.
    /// </summary>
    public static async Task LoadAsync(this UnitEngines engines, ChannelBook book, CancellationToken cancellationToken)
    {
        foreach (var channel in book.All.Where(channel => channel.Stage is ChannelStage.Active or ChannelStage.Closing or ChannelStage.Settled))
        {
            await engines.GetAsync(channel.ForTunnel(), cancellationToken);
        }
    }

    /// <summary>The newest units of a channel, also of one whose engine was not taken up yet.</summary>
    public static async Task<ChannelEvidence> EvidenceAsync(this UnitEngines engines, ChannelRecord channel, CancellationToken cancellationToken)
    {
        await engines.GetAsync(channel.ForTunnel(), cancellationToken);
        var evidence = engines.Evidence(channel.ChannelId)!;
        return channel is { Role: SessionRole.Consumer, Terms.Kind: ChannelKind.Lock } ? AtSteps(evidence, channel, engines.RouteStepOf(channel.ChannelId)) : evidence;
    }

    // A lock shows route steps alone on chain, so that what was used tells nothing. The proxy shows what it earned above.
    private static ChannelEvidence AtSteps(ChannelEvidence evidence, ChannelRecord channel, ulong stepBytes)
    {
        var isStep = stepBytes != 0 && evidence.Own is { } own && RouteSteps.IsStep(own.Unit.BytesUsed, stepBytes, channel.CapacityBytes);
        return new ChannelEvidence(isStep ? evidence.Own : null, null);
    }

    /// <summary>What this node itself counted on a channel, in bytes.</summary>
    public static ulong CountedBytes(this UnitEngines engines, ChannelId channelId) => engines.Stats(channelId)?.OwnBytes ?? 0;

    /// <summary>What a tunnel needs to know of a channel.</summary>
    public static TunnelChannel ForTunnel(this ChannelRecord channel) =>
        new(channel.ChannelId, channel.Terms, channel.CapacityBytes, channel.PaidBytes);
}
