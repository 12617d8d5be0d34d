using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel;

/// <summary>
/// A consumer node inside a program: buys bandwidth over a channel of its own and offers it as a local proxy. What
/// <c>tachyon-edge connect</c> runs, with the same files in its data directory, so that either can go on where the other stopped.
/// </summary>
public sealed class ConsumerClient : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly OpenNode _node;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private ConsumerClient(OpenNode node)
    {
        _node = node;
        _running = node.Host.RunAsync(_stopping.Token);
    }

    /// <summary>The node, and the account that pays.</summary>
    public Address Address => _node.Address;

    /// <summary>The local proxy: "socks5://127.0.0.1:1080". It speaks HTTP on the same port; names are looked up at the exit.</summary>
    public Uri Proxy => new($"socks5://{_node.Role.View.Socks}");

    /// <summary>Ends when the node does: as asked, or with what it cannot go on without.</summary>
    public Task Completion => _running;

    /// <summary>
    /// Starts the node and waits until it is connected to a provider over an active channel, which is opened if there is none:
    /// that locks a deposit of capacity times price.
    /// </summary>
    /// <param name="options">What it is told.</param>
    /// <param name="cancellationToken">Gives up and stops the node. A channel opened by then is resumed by the next start.</param>
    /// <exception cref="ArgumentException">Options that cannot be; all faults at once.</exception>
    /// <exception cref="NodeException">No channel or no provider; <see cref="NodeException.Fault"/> says what to do.</exception>
    /// <exception cref="InvalidOperationException">The node was told to stop, over its control socket, before it served.</exception>
    /// <exception cref="Chain.Keys.KeystoreException">The keystore cannot be used, or the password is another one.</exception>
    /// <exception cref="DataDirectoryException">The directory is in use or cannot be used.</exception>
    /// <exception cref="Journal.JournalException">The journal cannot be opened or written.</exception>
    /// <exception cref="Chain.DeploymentFileException">The deployment file is no deployment.</exception>
    public static async Task<ConsumerClient> StartAsync(ConsumerClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connect = options.ToConnectOptions();

        var client = new ConsumerClient(await OpenNode.OpenAsync(
            connect.Node, options.Password, parts => new ConsumerNode(parts, connect), options.LoggerFactory, cancellationToken));
        try
        {
            // A node that gave up passes no Serving any more: what it gave up for is thrown then.
            var serves = client._node.Progress.ServesAsync(cancellationToken);
            if (await Task.WhenAny(client._running, serves) == client._running || !await serves)
            {
                await client.EndedAsync();
            }

            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Closes the channel in use together with its provider and waits until that is final on chain. The next client of the proxy
    /// has another channel opened. One that was used up before is left as it is: nothing of its deposit would come back.
    /// </summary>
    /// <param name="cancellationToken">Waits no longer; the close goes on, also at the next start.</param>
    /// <exception cref="NodeException">
    /// The provider does not take part. The deposit is safe: <c>tachyon-edge channels force-close</c> gets it without the provider.
    /// </exception>
    /// <exception cref="InvalidOperationException">There is no active channel.</exception>
    public async Task<ConsumerReceipt> CloseAsync(CancellationToken cancellationToken = default)
    {
        var channelId = InUse([.. _node.Host.Status().Channels.Select(channel => (channel.ChannelId, channel.Phase, channel.Connected))])
            ?? throw new InvalidOperationException("there is no active channel to close");
        _node.Host.RequestClose(channelId);
        while (true)
        {
            var now = _node.Host.FindChannel(channelId)!;
            if (now.Settlement is { } settled)
            {
                return new ConsumerReceipt(
                    channelId, settled.BytesUsed, TokenAmount.Parse(settled.Paid), TokenAmount.Parse(settled.Burned),
                    TokenAmount.Parse(settled.Refunded), settled.TransactionHash);
            }

            if (now.Close is { State: "failed" } failed)
            {
                throw new NodeException(NodeFault.PeerUnavailable, $"channel {channelId} could not be closed together: {failed.Detail}");
            }

            // A node that stopped meanwhile closes nothing any more.
            await await Task.WhenAny(Task.Delay(PollInterval, cancellationToken), EndedAsync());
        }
    }

    /// <summary>Ends streams and session, exchanges the last units, and closes the files. The channel stays, for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _node.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>The channel that a session runs on; without a session the newest that is active, since a new one is opened when the last is used up.</summary>
    /// <param name="channels">All, oldest first.</param>
    internal static ChannelId? InUse(IReadOnlyList<(string ChannelId, string Phase, bool Connected)> channels) =>
        channels.Where(channel => channel.Phase == "active").OrderBy(channel => channel.Connected).Select(channel => (ChannelId?)ChannelId.Parse(channel.ChannelId)).LastOrDefault();

    private async Task EndedAsync()
    {
        await _running;
        throw new InvalidOperationException("the node was stopped");
    }
}
