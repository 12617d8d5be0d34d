using Tachyon.EdgeTunnel.Listening;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>Serves SOCKS 5 clients: CONNECT and UDP ASSOCIATE (RFC 1928).</summary>
internal sealed class SocksService(LocalStreams streams, ProxyOptions options, TimeProvider time)
{
    private int _associations;

    /// <summary>Serves one client.</summary>
    /// <param name="client">The client; nothing of it is used yet.</param>
    /// <param name="stranger">Its place among those that have not said what they want: given back once an association is running.</param>
    /// <param name="stopping">This node stops.</param>
    /// <returns>True when the client's connection belongs to a stream now.</returns>
    public async Task<bool> ServeAsync(ProxyClient client, Stranger stranger, CancellationToken stopping)
    {
        var wish = await NegotiateAsync(client, stranger.Leaving);
        stranger.Speaks();
        switch (wish)
        {
            case { Command: SocksCommand.UdpAssociate }:
                await AssociateAsync(client, stranger, stopping);
                return false;
            case { } request:
                return await ConnectAsync(client, request.Target, stopping);
            default:
                return false;
        }
    }

    private async Task<SocksRequest?> NegotiateAsync(ProxyClient client, CancellationToken leaving)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, leaving);
        return await new SocksNegotiation(client, options.Credentials).RunAsync(either.Token);
    }

    private async Task<bool> ConnectAsync(ProxyClient client, TargetAddress target, CancellationToken stopping)
    {
        var opened = await streams.OpenAsync(target, stopping);
        await LocalStreams.ReplyAsync(client, SocksReplies.Encode(SocksReplies.For(opened.Outcome)), opened.Stream, stopping);
        if (opened.Stream is not { } stream)
        {
            return false;
        }

        LocalStreams.Join(client, stream);
        return true;
    }

    private async Task AssociateAsync(ProxyClient client, Stranger stranger, CancellationToken stopping)
    {
        try
        {
            if (Interlocked.Increment(ref _associations) > options.MaxAssociations)
            {
                await client.SendAsync(SocksReplies.Encode(SocksReply.GeneralFailure), stopping);
                return;
            }

            using var relay = SocksRelay.Open(client.Socket);
            var opened = await streams.OpenUdpAsync(stopping);
            var reply = opened.Stream is null ? SocksReplies.Encode(SocksReplies.For(opened.Outcome)) : SocksReplies.EncodeRelay(relay.LocalEndPoint);
            await LocalStreams.ReplyAsync(client, reply, opened.Stream, stopping);
            if (opened.Stream is { } stream)
            {
                stranger.Dispose();
                await new SocksAssociation(client.Socket, relay, streams, time).RunAsync(stream, stopping);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _associations);
        }
    }
}
