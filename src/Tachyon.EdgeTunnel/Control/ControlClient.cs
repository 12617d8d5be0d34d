using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Control;

/// <summary>No node answers on the control socket.</summary>
internal sealed class NodeNotRunningException : Exception
{
    /// <summary>Nobody listens.</summary>
    public NodeNotRunningException(DataDirectory directory, Exception? inner = null)
        : base($"no node runs on the data directory {directory.Path} (start one with provide or connect, or name another directory with --data)", inner)
    {
    }

    /// <summary>Somebody does, and says nothing.</summary>
    public NodeNotRunningException(DataDirectory directory, TimeSpan patience, Exception inner)
        : base($"the node on the data directory {directory.Path} has not answered for {patience.TotalSeconds:0.#} s: it may have done what was asked for; look again, or at its log", inner)
    {
    }
}

/// <summary>The node refused a request; <see cref="Code"/> is the control socket's fixed word.</summary>
internal sealed class ControlRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Talks to a running node over its control socket.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly DataDirectory _directory;
    private readonly HttpClient _http;

    /// <param name="directory">The node's.</param>
    /// <param name="answerTimeout">How long to wait for an answer; null for 10 s.</param>
    public ControlClient(DataDirectory directory, TimeSpan? answerTimeout = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        _directory = directory;

        // By no proxy, whatever http_proxy says: with it set, as whoever has this very node for a proxy does, nothing would reach the node.
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false }, disposeHandler: true)
        {
            BaseAddress = new Uri("http://control"),
            Timeout = answerTimeout ?? TimeSpan.FromSeconds(10),
        };
    }

    /// <exception cref="NodeNotRunningException">No node answers.</exception>
    public Task<StatusDocument> StatusAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, "/v1/status", ControlJson.Default.StatusDocument, cancellationToken)!;

    /// <exception cref="NodeNotRunningException">No node answers.</exception>
    /// <exception cref="ControlRefusedException">The node knows no such channel.</exception>
    public Task<ChannelDocument> ChannelAsync(ChannelId channelId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"/v1/channels/{channelId}", ControlJson.Default.ChannelDocument, cancellationToken)!;

    /// <exception cref="NodeNotRunningException">No node answers.</exception>
    /// <exception cref="ControlRefusedException">The channel is unknown or cannot be closed.</exception>
    public Task<ChannelDocument> CloseAsync(ChannelId channelId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/v1/channels/{channelId}/close", ControlJson.Default.ChannelDocument, cancellationToken)!;

    /// <exception cref="NodeNotRunningException">No node answers.</exception>
    /// <exception cref="ControlRefusedException">The channel is unknown or cannot be closed.</exception>
    public Task<ChannelDocument> ForceCloseAsync(ChannelId channelId, string via, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, $"/v1/channels/{channelId}/force-close?via={Uri.EscapeDataString(via)}", ControlJson.Default.ChannelDocument, cancellationToken)!;

    /// <summary>Asks for a new capacity, the whole of it.</summary>
    /// <exception cref="NodeNotRunningException">No node answers.</exception>
    /// <exception cref="ControlRefusedException">The channel is unknown or cannot be topped up so.</exception>
    public Task<ChannelDocument> TopUpAsync(ChannelId channelId, ulong capacityBytes, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, $"/v1/channels/{channelId}/top-up?capacityBytes={capacityBytes}", ControlJson.Default.ChannelDocument, cancellationToken)!;

    /// <summary>Has a provider take no new channels, or take them again.</summary>
    /// <exception cref="NodeNotRunningException">No node answers.</exception>
    /// <exception cref="ControlRefusedException">The node is no provider.</exception>
    public Task<NewChannelsDocument> NewChannelsAsync(bool take, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, take ? "/v1/undrain" : "/v1/drain", ControlJson.Default.NewChannelsDocument, cancellationToken)!;

    /// <exception cref="NodeNotRunningException">No node answers.</exception>
    public Task StopAsync(CancellationToken cancellationToken) =>
        SendAsync<ControlErrorDocument>(HttpMethod.Post, "/v1/stop", null, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T?> SendAsync<T>(HttpMethod method, string path, JsonTypeInfo<T>? shape, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw await RefusalAsync(response, cancellationToken);
            }

            return shape is null ? null : await response.Content.ReadFromJsonAsync(shape, cancellationToken);
        }
        catch (HttpRequestException fault)
        {
            throw new NodeNotRunningException(_directory, fault);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeNotRunningException(_directory, _http.Timeout, fault);
        }
    }

    private static async Task<ControlRefusedException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var error = await response.Content.ReadFromJsonAsync(ControlJson.Default.ControlErrorDocument, cancellationToken);
            return new ControlRefusedException(error!.Code, error.Message);
        }
        catch (JsonException)
        {
            return new ControlRefusedException("http", $"the node answered {(int)response.StatusCode} ({response.StatusCode})");
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_directory.ControlSocketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
