using System.Text;
using System.Net;
using System.Net.Sockets;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>A whole node in this process, as its command would run it, on the world's chain and silo.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly DataDirectoryLock _lock;
    private readonly NodeKey _key;
    private readonly EdgeJournal _journal;
    private readonly ChannelBook _book;
    private readonly NodeParts _parts;
    private readonly INodeRole _role;
    private readonly NodeHost _host;
    private readonly NodeWorld _world;

    public RunningNode(NodeWorld world, string name, byte[] privateKey, Func<NodeParts, NodeOptions, INodeRole> roleOf)
    {
        _world = world;
        var options = world.OptionsOf(name);
        _lock = DataDirectoryLock.Acquire(options.Data);
        _key = new NodeKey(privateKey);
        _journal = EdgeJournal.Open(options.Data.JournalPath);
        _book = new ChannelBook(_journal);
        _parts = world.PartsOf(name, _key, _journal, _book, world.GatewayOf(_key));
        _role = roleOf(_parts, options);
        _host = new NodeHost(_parts, options, _role);
        Running = _host.RunAsync(_stop.Token);
    }

    /// <summary>Ends when the node does.</summary>
    public Task Running { get; }

    public StatusDocument Status => _host.Status();

    public NodeParts Parts => _parts;

    public ChannelDocument OnlyChannel => Assert.Single(Status.Channels);

    public void Close(ChannelDocument channel) =>
        Assert.Equal(CloseRequestOutcome.Started, _host.RequestClose(Protocol.Identity.ChannelId.Parse(channel.ChannelId)));

    /// <summary>Has the node close its one channel alone.</summary>
    public Task<CloseRequestOutcome> ForceCloseAsync(CloseRoute route) =>
        _host.RequestForceCloseAsync(Protocol.Identity.ChannelId.Parse(OnlyChannel.ChannelId), route);

    /// <summary>Has the node close a channel alone.</summary>
    public Task<CloseRequestOutcome> ForceCloseAsync(Protocol.Identity.ChannelId channelId, CloseRoute route) => _host.RequestForceCloseAsync(channelId, route);

    /// <summary>Has the node raise the capacity of its one channel.</summary>
    public TopUpAnswer TopUp(ulong capacityBytes) =>
        _host.RequestTopUp(Protocol.Identity.ChannelId.Parse(OnlyChannel.ChannelId), capacityBytes);

    /// <summary>Has a provider take new channels or none.</summary>
    public Task<NewChannelsAnswer> NewChannelsAsync(bool take) => _host.RequestNewChannelsAsync(take, CancellationToken.None);

    /// <summary>Waits until the status fits; a node that ended meanwhile fails the test with its reason.</summary>
    public Task UntilAsync(Func<StatusDocument, bool> fits, string what) => Eventually.TrueAsync(
        async () =>
        {
            if (Running.IsCompleted)
            {
                await Running;
                throw new InvalidOperationException($"The node ended before {what}.");
            }

            return fits(Status);
        },
        $"{what}; {_parts.Progress.Current}",
        TimeSpan.FromMinutes(2));

    /// <summary>Waits until the node gives up, and gives the reason. One that goes on instead fails the test.</summary>
    public Task<NodeException> GivesUpAsync() => Assert.ThrowsAsync<NodeException>(() => Running.WaitAsync(Eventually.DefaultTimeout));

    /// <summary>Has a node that waits for a channel without end give up once this is what holds it up, and gives the reason.</summary>
    public async Task<NodeException> GivesUpAsync(NodeFault heldUpBy)
    {
        await UntilAsync(_ => _parts.Progress.Current.HeldUpBy == heldUpBy, $"it is held up by {heldUpBy}");
        _world.Time.End();
        return await GivesUpAsync();
    }

    public Task ServingAsync() => UntilAsync(status => status.State == "serving", "serving");

    /// <summary>Sends bytes through the SOCKS proxy to a target on this machine that echoes them.</summary>
    public async Task<int> EchoAsync(EchoServer server, int bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(Status.Socks!));
        var stream = client.GetStream();
        await SocksHandshake.ConnectAsync(stream, server.EndPoint);
        var sent = Encoding.ASCII.GetBytes(new string('x', bytes));
        var writing = Task.Run(async () =>
        {
            await stream.WriteAsync(sent);
            client.Client.Shutdown(SocketShutdown.Send);
        });
        var received = new MemoryStream();
        await stream.CopyToAsync(received);
        await writing;
        Assert.Equal(sent, received.ToArray());
        return bytes;
    }

    /// <summary>Stops the node as SIGTERM would.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
        await _role.DisposeAsync();
        await _parts.Gateway.DisposeAsync();
        _parts.Account.Dispose();
        _book.Dispose();
        await _journal.DisposeAsync();
        _key.Dispose();
        _lock.Dispose();
        _stop.Dispose();
    }
}
