using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Socks;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Proxy;

/// <summary>Opens streams for local clients and joins the two.</summary>
internal sealed partial class LocalStreams(IStreamOpener opener, ProxyOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Opens a stream to a target, or says why there is none, within the time that clients wait.</summary>
    public async Task<StreamOpening> OpenAsync(TargetAddress target, CancellationToken cancellationToken)
    {
        var opened = await InTimeAsync(token => opener.OpenAsync(target, token), cancellationToken);
        LogOpened(logger, target.Port, opened.Outcome);
        return opened;
    }

    /// <summary>Opens a stream of UDP datagrams; as <see cref="OpenAsync"/> otherwise.</summary>
    public async Task<StreamOpening> OpenUdpAsync(CancellationToken cancellationToken)
    {
        var opened = await InTimeAsync(opener.OpenUdpAsync, cancellationToken);
        LogUdpOpened(logger, opened.Outcome);
        return opened;
    }

    /// <summary>Answers a client. Where that fails its stream is given up.</summary>
    public static async Task ReplyAsync(ProxyClient client, ReadOnlyMemory<byte> reply, TunnelStream? stream, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(reply, cancellationToken);
        }
        catch (Exception e) when (ConnectionFault.Is(e))
        {
            stream?.Reset(ResetReason.LocalEndClosed);
            throw;
        }
    }

    /// <summary>Hands the client's connection to its stream, with what it has sent ahead.</summary>
    public static void Join(ProxyClient client, TunnelStream stream) => stream.Attach(EndpointOf(client));

    /// <summary>The client's connection, beginning with what was read of it and not used.</summary>
    public static IStreamEndpoint EndpointOf(ProxyClient client)
    {
        var endpoint = new SocketEndpoint(client.Socket);
        return client.Received.IsEmpty ? endpoint : new PrefixedEndpoint(client.Received.ToArray(), endpoint);
    }

    private async Task<StreamOpening> InTimeAsync(Func<CancellationToken, Task<StreamOpening>> open, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.OpenTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await open(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new StreamOpening(OpenOutcome.TimedOut, null);
        }
    }

    // Not the host: logs shall not tell where people go.
    [LoggerMessage(11, LogLevel.Debug, "Stream to port {Port}: {Outcome}")]
    private static partial void LogOpened(ILogger logger, int port, OpenOutcome outcome);

    [LoggerMessage(12, LogLevel.Debug, "UDP association: {Outcome}")]
    private static partial void LogUdpOpened(ILogger logger, OpenOutcome outcome);
}
