using Tachyon.EdgeTunnel.Listening;
using Tachyon.EdgeTunnel.Proxy;

namespace Tachyon.EdgeTunnel.Http;

/// <summary>
/// Serves HTTP proxy clients: CONNECT, and requests for <c>http://</c> addresses, one per connection. Whatever is not served
/// is answered with a status and a sentence.
/// </summary>
internal sealed class HttpService(LocalStreams streams, ProxyOptions options, TimeProvider time)
{
    /// <summary>Serves one client.</summary>
    /// <param name="client">The client; nothing of it is used yet.</param>
    /// <param name="stranger">Its place among those that have not said what they want.</param>
    /// <param name="stopping">This node stops.</param>
    /// <returns>True when the client's connection belongs to a stream now.</returns>
    public async Task<bool> ServeAsync(ProxyClient client, Stranger stranger, CancellationToken stopping)
    {
        var (parse, head) = await ReadHeadAsync(client, stranger.Leaving);
        stranger.Speaks();
        if (head is null)
        {
            if (parse != HttpParse.Incomplete)
            {
                await client.SendAsync(HttpReplies.For(parse), stopping);
            }

            return false;
        }

        if (!IsLetIn(head))
        {
            await client.SendAsync(HttpReplies.CredentialsRequired, stopping);
            return false;
        }

        var opened = await streams.OpenAsync(head.Target, stopping);
        if (opened.Stream is not { } stream)
        {
            await client.SendAsync(HttpReplies.For(opened.Outcome), stopping);
            return false;
        }

        if (head.IsConnect)
        {
            await LocalStreams.ReplyAsync(client, HttpReplies.Established.ToArray(), stream, stopping);
            LocalStreams.Join(client, stream);
        }
        else
        {
            stream.Attach(new ForwardedRequest(head.ForServer(), head.ContentBytes, LocalStreams.EndpointOf(client)));
        }

        return true;
    }

    private async Task<(HttpParse Parse, HttpRequestHead? Head)> ReadHeadAsync(ProxyClient client, CancellationToken leaving)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, leaving);
        while (true)
        {
            var parse = HttpRequestHead.TryRead(client.Received, out var head, out var readBytes);
            if (parse != HttpParse.Incomplete)
            {
                client.Use(readBytes);
                return (parse, head);
            }

            if (!await client.FillAsync(HttpRequestHead.MaxBytes, either.Token))
            {
                return (HttpParse.Incomplete, null);
            }
        }
    }

    private bool IsLetIn(HttpRequestHead head)
    {
        if (options.Credentials is not { } credentials)
        {
            return true;
        }

        ReadOnlySpan<byte> given = head.Credentials;
        var colon = given.IndexOf((byte)':');
        return colon >= 0 && credentials.Match(given[..colon], given[(colon + 1)..]);
    }
}
