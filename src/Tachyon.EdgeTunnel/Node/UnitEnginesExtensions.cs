using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Takes up the engines of a book's channels.</summary>
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
            await engines.GetAsync(new TunnelChannel(channel.ChannelId, channel.Terms, channel.CapacityBytes, channel.PaidBytes), cancellationToken);
        }
    }
}
