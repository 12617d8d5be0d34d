using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>The consumer's sessions with providers: dials, and ends the one of a channel that is closed.</summary>
internal sealed class ConsumerSessions(ChannelBook book, UnitEngines engines, Matchmaker matchmaker, TunnelContext context) : IClosureSigning
{
    private volatile ConsumerTunnel? _current;

    /// <summary>The newest session; it may have ended.</summary>
    public ConsumerTunnel? Current => _current;

    /// <summary>Dials a channel's provider once.</summary>
    public async Task<ConsumerConnection> DialAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        if (channel.Endpoint is not { } endpoint)
        {
            return ConsumerConnection.Failed(HandshakeFault.ConnectionLost, $"the endpoint of provider {channel.Terms.Provider} is not known", null);
        }

        Endpoint.TrySplit(endpoint, out var host, out var port);
        var connection = await ConsumerTunnel.ConnectAsync(host, port, ChannelOf(channel), context, cancellationToken);
        if (connection.Tunnel is { } tunnel)
        {
            _current = tunnel;
        }

        return connection;
    }

    /// <summary>Asks the gateway where the channel's provider is now, and notes it.</summary>
    public async Task RefreshEndpointAsync(ChannelId channelId, Address provider, CancellationToken cancellationToken)
    {
        if (await matchmaker.FindEndpointAsync(provider, cancellationToken) is { } endpoint && SettingParsers.HostPort(endpoint, out _, out _))
        {
            await book.UpdateAsync(channelId, channel => channel with { Endpoint = endpoint }, cancellationToken);
        }
    }

    public async Task<string> SignAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        if (_current is { } current && current.Channel.ChannelId == channel.ChannelId && current.IsOpen)
        {
            engines.SeePaid(channel.ChannelId, channel.PaidBytes);
            return (await current.CloseChannelAsync()).Detail;
        }

        var connection = await DialAsync(channel, cancellationToken);
        return connection.Tunnel is { } tunnel ? (await tunnel.CloseChannelAsync()).Detail : connection.Detail;
    }

    public ulong CountedBytes(ChannelRecord channel) => engines.Stats(channel.ChannelId)?.OwnBytes ?? 0;

    private static TunnelChannel ChannelOf(ChannelRecord channel) => new(channel.ChannelId, channel.Terms, channel.CapacityBytes, channel.PaidBytes);
}
