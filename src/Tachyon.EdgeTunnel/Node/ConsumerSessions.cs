using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>The consumer's sessions with providers: dials, and ends the one of a channel that is closed.</summary>
internal sealed class ConsumerSessions(ChannelBook book, ForceCloses forced, UnitEngines engines, Matchmaker matchmaker, TunnelContext context)
    : IClosureSigning, IClosingSide, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ConsumerTunnel? _current;

    /// <summary>The newest session; it may have ended.</summary>
    public ConsumerTunnel? Current => _current;

    /// <summary>Dials a channel's provider once, after whatever else is dialled or closed.</summary>
    public async Task<ConsumerConnection> DialAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var connection = await ConnectAsync(channel, cancellationToken);
            if (connection.Tunnel is not { } tunnel)
            {
                return connection;
            }

            _current = tunnel;
            if (!forced.IsWanted(channel.ChannelId))
            {
                return connection;
            }

            // Wanted while it was dialled. Whoever noted the wish either saw this session and ended it, or it is ended here.
            await tunnel.StopAsync();
            return ClosesAlone();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Asks the gateway where the channel's provider is now, and notes it.</summary>
    public async Task RefreshEndpointAsync(ChannelId channelId, Address provider, CancellationToken cancellationToken)
    {
        if (await matchmaker.FindEndpointAsync(provider, cancellationToken) is { } endpoint && SettingParsers.HostPort(endpoint, out _, out _))
        {
            await book.UpdateAsync(channelId, channel => channel with { Endpoint = endpoint }, cancellationToken);
        }
    }

    public async Task<string> SignAsync(ChannelRecord channel, bool isAsked, CancellationToken cancellationToken)
    {
        // A provider keeps one session for each channel: one that is dialled meanwhile would end the one that closes.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_current is { } current && current.Channel.ChannelId == channel.ChannelId && current.IsOpen)
            {
                engines.SeePaid(channel.ChannelId, channel.PaidBytes);
                return (await current.CloseChannelAsync()).Detail;
            }

            var connection = await ConnectAsync(channel, cancellationToken);
            return connection.Tunnel is { } tunnel ? (await tunnel.CloseChannelAsync()).Detail : connection.Detail;
        }
        finally
        {
            _turn.Release();
        }
    }

    public ulong CountedBytes(ChannelRecord channel) => engines.CountedBytes(channel.ChannelId);

    public async Task EndSessionAsync(ChannelId channelId)
    {
        if (_current is { Completion.IsCompleted: false } current && current.Channel.ChannelId == channelId)
        {
            await current.StopAsync();
        }
    }

    public Task<ChannelEvidence> EvidenceAsync(ChannelRecord channel, CancellationToken cancellationToken) =>
        engines.EvidenceAsync(channel, cancellationToken);

    public void Dispose() => _turn.Dispose();

    private async Task<ConsumerConnection> ConnectAsync(ChannelRecord channel, CancellationToken cancellationToken)
    {
        if (forced.IsWanted(channel.ChannelId))
        {
            return ClosesAlone();
        }

        if (channel.Endpoint is not { } endpoint)
        {
            return ConsumerConnection.Failed(HandshakeFault.ConnectionLost, $"the endpoint of provider {channel.Terms.Provider} is not known", null);
        }

        Endpoint.TrySplit(endpoint, out var host, out var port);
        return await ConsumerTunnel.ConnectAsync(host, port, channel.ForTunnel(), context, cancellationToken);
    }

    private static ConsumerConnection ClosesAlone() =>
        ConsumerConnection.Failed(HandshakeFault.ChannelRefused, "this node closes the channel alone; it waits for the challenge period", null);
}
