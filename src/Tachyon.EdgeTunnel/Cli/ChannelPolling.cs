using Tachyon.EdgeTunnel.Control;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>Follows a channel through the control socket until it is where a command waits for it to be.</summary>
internal static class ChannelPolling
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks for the channel again and again.</summary>
    /// <param name="client">The node.</param>
    /// <param name="id">The channel.</param>
    /// <param name="isDone">Whether to wait no longer.</param>
    /// <param name="limit">How long at most; null for as long as it takes.</param>
    /// <param name="report">Told what the channel looks like meanwhile.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The channel as last seen; whether it is done shows in it.</returns>
    public static async Task<ChannelDocument> UntilAsync(
        this ControlClient client, ChannelId id, Func<ChannelDocument, bool> isDone, TimeSpan? limit, Action<ChannelDocument> report,
        CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var channel = await client.ChannelAsync(id, cancellationToken);
            if (isDone(channel) || TimeProvider.System.GetElapsedTime(started) > limit)
            {
                return channel;
            }

            report(channel);
            await Task.Delay(Interval, cancellationToken);
        }
    }
}
